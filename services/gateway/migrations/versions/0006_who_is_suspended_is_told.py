"""Who is suspended is told"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TELL = """
INSERT INTO gateway.outbox (event_id, type, subject, time, data, causes, recorded_at)
SELECT gen_random_uuid(), type, subject,
    now() + coalesce((SELECT "offset" FROM gateway.business_clock), interval '0'),
    jsonb_build_object('subject', subject, 'agency_id', agency_id, 'suspended', true), '[]', now()
FROM (
    SELECT 'gateway.agency.restated.v1' AS type, agency_id AS subject, agency_id, suspended_at FROM gateway.agency_access
    UNION ALL
    SELECT 'gateway.person.restated.v1', person_id::text, agency_id, suspended_at FROM gateway.person
) AS known
WHERE suspended_at IS NOT NULL ORDER BY subject
"""


def upgrade() -> None:
    """Tell of those who were suspended before anybody was told."""
    op.execute(TELL)
