"""A million escalations of two years, made by the database itself."""

from __future__ import annotations

import asyncpg

# Matters fall evenly over two years before October 2026; most are closed within weeks, some are withdrawn, some run.
MATTERS = """
CREATE UNLOGGED TABLE made AS
SELECT number, gen_random_uuid() AS id, r,
       timestamptz '2024-10-01 00:00Z' + (730.0 * number / $1) * interval '1 day' AS raised_at,
       'agency-' || (200 * r * r)::int AS raising,
       'agency-' || (201 + (12 * s * s)::int) AS receiving,
       CASE WHEN t < 0.90 THEN 'closed' WHEN t < 0.94 THEN 'withdrawn' WHEN t < 0.96 THEN 'redirected' ELSE 'open' END AS how,
       (5 + 40 * s * t) * interval '1 day' AS lasted,
       (ARRAY['immediate', 'urgent', 'urgent', 'standard', 'standard', 'standard'])[1 + (5 * s)::int] AS priority,
       t
FROM (SELECT number, random() AS r, random() AS s, random() AS t FROM generate_series(1, $1) AS number) AS drawn
"""
ESCALATIONS = """
INSERT INTO escalations.escalation (
    id, reference, version, kind, status, raised_at, entered_at, raising_agency_id, raising_name, receiving_agency_id,
    receiving_name, raiser, raiser_role, priority, primary_theme, secondary_themes, level_of_need, summary, wanted, ladder_code,
    ladder_version, stage_number, stage_order, outcome, resolved_at, closed_at, withdrawn_at, redirected_at, redirected_to, causes,
    retention_class)
SELECT id, 'ESC-' || number, 1, 'casework', how, raised_at, raised_at, raising, 'Agency ' || raising, receiving,
       'Agency ' || receiving, 'somebody', 'practitioner', priority,
       (ARRAY['drift_and_delay', 'roles', 'information_sharing', 'other', 'practice_concern'])[1 + (4 * r)::int],
       CASE WHEN r < 0.2 THEN ARRAY['procedure_not_followed'] ELSE ARRAY[]::text[] END, 'complex', repeat('What happened. ', 20),
       'That the decision is looked at again.', 'neutral-casework', 1, 1 + (r < 0.3)::int, 1 + (r < 0.3)::int,
       CASE how WHEN 'closed' THEN 'decision_changed' END, CASE how WHEN 'closed' THEN raised_at + lasted * 0.8 END,
       CASE how WHEN 'closed' THEN raised_at + lasted END, CASE how WHEN 'withdrawn' THEN raised_at + lasted END,
       CASE how WHEN 'redirected' THEN raised_at + lasted END, CASE how WHEN 'redirected' THEN 'complaint' END, '[]', 'child_case'
FROM made
"""
PARTIES = """
INSERT INTO escalations.party (agency_id, raised_at, escalation_id, since)
SELECT agency, raised_at, id, raised_at FROM made CROSS JOIN LATERAL (VALUES (raising), (receiving)) AS side (agency)
"""
STAGES = """
INSERT INTO escalations.stage_entry (
    escalation_id, number, "order", name, opened_at, opened_by, receiving_agency_id, priority, skipped_orders, responded_at, ended_at)
SELECT id, stage, stage, 'A stage', raised_at + (stage - 1) * lasted * 0.2, 'raise', receiving, priority, ARRAY[]::int[],
       CASE WHEN stage = 2 OR r >= 0.3 THEN raised_at + lasted * 0.3 END, NULL
FROM made CROSS JOIN generate_series(1, 2) AS stage WHERE stage = 1 OR r < 0.3
"""
CLOCKS = """
INSERT INTO escalations.clock_entry (
    id, escalation_id, stage_number, stage_order, duty, priority, agency_id, on_breach, rule, calendar_version, started_at, due_at,
    stopped_at, stopped_by)
SELECT gen_random_uuid(), id, stage, stage, 'respond', priority, receiving, 'advance', 'a rule', '1',
       raised_at + (stage - 1) * lasted * 0.2, raised_at + stage * lasted * 0.2,
       raised_at + CASE WHEN stage = 2 OR r >= 0.3 THEN lasted * 0.3 * t ELSE lasted * 0.2 END,
       CASE WHEN stage = 2 OR r >= 0.3 THEN 'respond' ELSE 'silence' END
FROM made CROSS JOIN generate_series(1, 2) AS stage WHERE stage = 1 OR r < 0.3
"""
HISTORY = """
INSERT INTO escalations.history_entry (escalation_id, at, recorded_at, did, status, stage_order, actor, facts)
SELECT id, raised_at + lasted * share, raised_at + lasted * share, did, 'open', 1 + (r < 0.3)::int, 'somebody', facts::jsonb
FROM made CROSS JOIN (VALUES
    ('raise', 0.0, '{}'), ('acknowledge', 0.1, '{}'), ('silence', 0.2, '{"skipped": []}'), ('respond', 0.3, '{}'),
    ('resolve', 0.8, '{"outcome": "decision_changed", "impact": "safer"}'), ('tell', 0.9, '{"asked": true, "satisfied": true}'),
    ('close', 1.0, '{"impact": "safer"}')) AS done (did, share, facts)
WHERE (did IN ('raise', 'acknowledge', 'respond')) OR (did = 'silence' AND r < 0.3) OR how = 'closed'
ORDER BY 2
"""
CHILDREN = """
INSERT INTO escalations.child (id, retention_class) SELECT id, 'child_case' FROM made WHERE number % 3 = 0
"""
CONCERNED = """
INSERT INTO escalations.concerned (escalation_id, child_id, pseudonym, age_band, level_of_need, statuses)
SELECT made.id, child.id, 'p', '1_to_4', 'complex', ARRAY[]::text[]
FROM made JOIN made AS child ON child.number = 3 * (1 + (made.number::bigint * 7919 % ($1 / 3)))
"""
AGENCIES = """
INSERT INTO escalations.agency (id, name, agency_type, successor_ids)
SELECT 'agency-' || number, 'Agency agency-' || number, 'school_maintained', ARRAY[]::text[] FROM generate_series(0, 401) AS number
"""


async def fill(url: str, matters: int) -> None:
    """Write so many matters with their parties, stages, clocks, history and children; as the superuser."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off; SET statement_timeout = 0; SET work_mem = '256MB'")
        # Each row refers to one that the same statements write: looking it up ten million times would prove nothing.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(MATTERS.replace("$1", str(matters)))
        for statement in (AGENCIES, ESCALATIONS, PARTIES, STAGES, CLOCKS, HISTORY, CHILDREN, CONCERNED):
            await connection.execute(statement.replace("$1", str(matters)))
        await connection.execute("DROP TABLE made")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
