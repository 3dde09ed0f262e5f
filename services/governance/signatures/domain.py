"""Who may put a name to which phase: somebody of the signing body, not at work on it, and never one person for two."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.governance.actions.domain import Do, Status, check_current, must_be_another, step
from services.governance.memberships.domain import FULL, Seat, Sitting
from services.governance.plans.domain import Phase, Signing
from shared.moves import NotNow
from shared.policy import Principal, Role
from shared.problems import Forbidden, Invalid

PHASES = {Do.SIGN: Phase.ACTIVITY, Do.MODERATE: Phase.MODERATION, Do.SIGN_IMPACT: Phase.IMPACT, Do.CLOSE: Phase.CLOSING}
SIGNING_SEATS = FULL | {
    Seat.IMPROVEMENT_ADVISER
}  # and deputies of these; who takes part without deciding signs nothing
# What is set aside where a claim goes back to those who made it.
SET_ASIDE: dict[Status, tuple[Phase, ...]] = {
    Status.ACTIVITY_CLAIMED: (),
    Status.ACTIVITY_SIGNED: (Phase.ACTIVITY,),
    Status.IMPACT_CLAIMED: (),
    Status.IMPACT_SIGNED: (Phase.IMPACT,),
}
PEOPLE = 3  # different ones whose names stand under an action before it is closed


class NotOnSigningBody(Forbidden):
    """The caller has no deciding seat today on the body that signs this."""

    code = "not_on_signing_body"
    title = "Another body signs this"
    cure = "A member of that body signs."


class SignedByOne(Forbidden):
    """The phases need different people, of more than one agency."""

    code = "signed_by_one"
    title = "Different people of different agencies sign"
    cure = "Read `detail`."


class HostSignsNoImpact(Forbidden):
    """The business unit runs the partnership's business and judges none of it: it signs neither impact nor closing."""

    code = "host_signs_no_impact"
    title = "The business unit signs no impact"
    cure = "Somebody of the signing body who is not of the business unit."


@dataclass(frozen=True, slots=True)
class Put:
    """A signature in force: which phase, by whom, of which agency."""

    phase: Phase
    signer: str
    agency_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision of a body on which a signature is to rest."""

    body_id: str
    taken_on: date
    superseded: bool
    about: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An action to be signed: its status and rules, whose it is, who has worked on it, and which signatures are in force."""

    status: Status
    rule: Signing
    body_id: str
    owner_id: UUID | None
    workers: Collection[str]
    before: Sequence[Put]
    stale: bool


def must_sign(do: Do, action: Standing, principal: Principal, sittings: Iterable[Sitting]) -> tuple[Phase, str]:
    """The phase that `do` signs, and for which body, where this caller may put her name to it now.

    NotNow; NotOnSigningBody; OwnWork; SignedByOne; HostSignsNoImpact; SignatureStale.
    """
    phase = PHASES[do]
    step(action.status, do, action.rule)
    if phase is Phase.MODERATION and not action.rule.moderated:
        raise NotNow("The rules of this action want no moderation: its owner goes on to test impact.")
    body_id = action.rule.body(phase, action.body_id)
    must_sit(sittings, principal, body_id)
    must_be_another(principal.subject, action.owner_id, action.workers)
    must_be_different(phase, principal, action.before)
    check_current(stale=action.stale)
    return phase, body_id


def must_sit(sittings: Iterable[Sitting], principal: Principal, body_id: str) -> None:
    """NotOnSigningBody where the caller has no deciding seat there today for the agency in whose name she calls."""
    for one in sittings:
        if one.body_id != body_id or one.agency_id != principal.agency_id:
            continue
        if one.seat in SIGNING_SEATS or one.in_place_of in SIGNING_SEATS:
            return
    raise NotOnSigningBody(f"This is signed by a member of {body_id}, for an agency that sits there.")


def must_be_different(phase: Phase, principal: Principal, before: Sequence[Put]) -> None:
    """SignedByOne where the same person, or one agency alone, would sign both phases; HostSignsNoImpact.

    Phase 1, its moderation and phase 2 are three people's or two's; whoever closes makes them three at least.
    """
    people = {one.signer for one in before}
    late = phase in {Phase.IMPACT, Phase.CLOSING}
    if late and Role.BUSINESS_UNIT in principal.roles:
        raise HostSignsNoImpact("The business unit prepares this, and signs neither impact nor closing.")
    if phase is not Phase.CLOSING and principal.subject in people:
        raise SignedByOne("You have signed this action already: another phase is another person's.")
    if phase is Phase.IMPACT and any(one.phase is Phase.ACTIVITY and _same(one, principal) for one in before):
        raise SignedByOne("Phase 1 was signed by your agency: phase 2 is signed by another.")
    if phase is Phase.CLOSING and len(people | {principal.subject}) < PEOPLE:
        raise SignedByOne(
            "An action is closed when three different people have put their names to it; you have already."
        )


def check_decision(decided: Decided | None, body_id: str, action: tuple[str, UUID], claimed_on: date) -> None:
    """Invalid where there is no such decision of that body, it was replaced, came before the claim, or is about another."""
    if decided is None or decided.body_id != body_id:
        raise Invalid.field(
            "decision_id", "no_decision", f"Name a decision of {body_id}: /governance/v1/body-decisions."
        )
    if decided.superseded:
        raise Invalid.field("decision_id", "superseded", "A later decision stands in its place: name that one.")
    if decided.taken_on < claimed_on:
        said = f"It was taken on {decided.taken_on}, before the body had this ({claimed_on}): it cannot rest on it."
        raise Invalid.field("decision_id", "too_early", said)
    kind, about = decided.about
    if kind == action[0] and about != str(action[1]):
        raise Invalid.field("decision_id", "about_another", "That decision is about another action.")


def _same(one: Put, principal: Principal) -> bool:
    return one.agency_id == principal.agency_id
