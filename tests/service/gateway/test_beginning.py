"""What an operator does before anybody can sign in: refused as the policy refuses, recorded, and harmless when repeated."""

from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from services.gateway import beginning
from services.gateway.models import Agency, Base, Client, Person, Term
from services.gateway.people import commands as people
from shared.now import wall
from shared.startup import CannotStart
from tests.service.gateway.running import COUNCIL, ICB, POLICE, PUBLIC_URL, Running

pytestmark = pytest.mark.anyio

ROBIN = {"agency_id": COUNCIL, "role": "platform_admin", "name": "Robin Example", "email": "robin@council.example"}
PORTAL: dict[str, Any] = {"agency_id": COUNCIL, "name": "Portal", "redirect_uris": ["https://portal.example/callback"]}


async def invite(gateway: Running, **given: str) -> beginning.Invitation:
    return await beginning.invite(gateway.gateway.database, gateway.gateway.settings, **ROBIN | given)


async def register(gateway: Running, **given: Any) -> str:
    return await beginning.register(gateway.gateway.database, **PORTAL | {"origins": []} | given)


async def opens(gateway: Running, invitation: beginning.Invitation) -> int:
    assert invitation.address
    return (await gateway.http.get(invitation.address)).status_code


async def test_an_invitation_is_made_and_recorded(gateway: Running) -> None:
    invitation = await invite(gateway)
    assert str(invitation.address).startswith(f"{PUBLIC_URL}/set-up?invitation=")
    assert await opens(gateway, invitation) == 200
    assert await gateway.value(select(Term.role)) == "platform_admin"
    assert await gateway.value(select(Term.given_by)) == await gateway.value(select(Person.created_by)) == "operator"
    record = Base.plumbing.access_record
    assert await gateway.value(select(record.c.action)) == "gateway.person.invite"
    assert await gateway.value(select(record.c.record_id)) == str(await gateway.value(select(Person.person_id)))


async def test_a_second_invitation_ends_the_first_and_makes_nobody_new(gateway: Running) -> None:
    first = await invite(gateway)
    second = await invite(gateway, email="Robin@Council.example")
    assert [await opens(gateway, one) for one in (first, second)] == [410, 200]
    assert await gateway.value(select(func.count()).select_from(Person)) == 1
    assert await gateway.value(select(func.count()).select_from(Term)) == 1, "the role is hers already"
    await invite(gateway, role="business_unit")
    assert await gateway.value(select(func.count()).select_from(Term)) == 2


async def test_who_has_set_her_account_up_keeps_it_and_gets_the_role(gateway: Running) -> None:
    await invite(gateway)
    await gateway.write(update(Person).values(invitation_hash=None, password_hash="kept"))
    again = await invite(gateway)
    assert again.address is None
    assert await gateway.value(select(Person.password_hash)) == "kept"
    await gateway.write(delete(Term))
    await invite(gateway)
    assert await gateway.value(select(Term.role)) == "platform_admin", "so that nobody is locked out for good"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"agency_id": POLICE, "role": "business_unit"}, "only the council holds this role"),
        ({"agency_id": "atlantis"}, "no agency 'atlantis'"),
        ({"role": "lead_partner"}, "business_unit and platform_admin are invited"),
        ({"role": "emperor"}, "business_unit and platform_admin are invited"),
        ({"email": "nowhere"}, "--email"),
        ({"name": ""}, "--name"),
    ],
)
async def test_what_the_policy_refuses_is_refused_in_a_sentence(
    gateway: Running, given: dict[str, str], told: str
) -> None:
    with pytest.raises(CannotStart, match=told):
        await invite(gateway, **given)
    assert await gateway.value(select(func.count()).select_from(Person)) == 0


async def test_the_same_address_elsewhere_or_suspended_is_refused(gateway: Running) -> None:
    await invite(gateway)
    with pytest.raises(CannotStart, match=f"Somebody at {COUNCIL}"):
        await invite(gateway, agency_id=ICB)
    await gateway.write(update(Person).values(suspended_at=wall()))
    with pytest.raises(CannotStart, match="suspended"):
        await invite(gateway)


async def test_an_ended_agency_and_an_empty_register_say_what_to_do(gateway: Running) -> None:
    await gateway.write(update(Agency).values(ends_on=wall().date().replace(year=2020)))
    with pytest.raises(CannotStart, match="successor"):
        await invite(gateway)
    await gateway.write(delete(Agency))
    for refused in (invite, register):
        with pytest.raises(CannotStart, match="`load` the register"):
            await refused(gateway)


async def test_a_front_end_is_registered_once(gateway: Running) -> None:
    client_id = await register(gateway)
    assert await register(gateway) == client_id
    assert await register(gateway, name="Another") != client_id
    row = select(Client.for_all_agencies).where(Client.client_id == client_id)
    assert await gateway.value(row) is True
    for address in ("http://portal.example/callback", "https://portal.example/#x"):
        with pytest.raises(CannotStart, match="https address"):
            await register(gateway, redirect_uris=[address])


async def test_an_invitation_lasts_as_long_as_it_says(gateway: Running) -> None:
    invitation = await invite(gateway)
    await gateway.write(update(Person).values(invitation_expires_at=wall()))
    assert await opens(gateway, invitation) == 410
    assert f"{wall() + people.INVITATION:%d %B %Y}" in invitation.said
