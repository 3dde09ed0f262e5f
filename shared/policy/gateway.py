"""Who may do what to systems, accounts and agencies' access: data only. Nothing here is about a child."""

from shared.policy import access_record
from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE = "gateway.read", "gateway.write"


def _read(name: str, about: str) -> Action:
    return Action(f"gateway.{name}", READ_SCOPE, about)


def _write(name: str, about: str) -> Action:
    return Action(f"gateway.{name}", WRITE_SCOPE, about)


LIST_AGENCIES = _read("agency.list", "See what each agency is granted, and which are suspended.")
GRANT_AGENCY = _write("agency.grant", "Say which scopes and roles an agency may give to its systems and people.")
SUSPEND_AGENCY = _write("agency.suspend", "Suspend an agency: nobody of it, and none of its systems, gets in.")
RESUME_AGENCY = _write("agency.resume", "End an agency's suspension.")

LIST_CLIENTS = _read("client.list", "See systems and front ends.")
REGISTER_CLIENT = _write("client.register", "Register a system or front end.")
CHANGE_CLIENT = _write("client.change", "Change a registration: its keys, addresses, scopes and roles.")
SUSPEND_CLIENT = _write("client.suspend", "Suspend a system or front end.")
RESUME_CLIENT = _write("client.resume", "End a system's suspension.")

LIST_PEOPLE = _read("person.list", "See accounts and their roles.")
INVITE = _write("person.invite", "Invite a person to an account.")
RESET = _write("person.reset", "Let a person set up her password and authenticator anew.")
SUSPEND_PERSON = _write("person.suspend", "Suspend an account.")
RESUME_PERSON = _write("person.resume", "End an account's suspension.")
GIVE_ROLE = _write("term.give", "Give a person a role, from one day to another.")
END_ROLE = _write("term.end", "End a role before its last day.")

ROTATE_KEYS = _write("key.rotate", "Let the next key sign tokens from now on.")

AGENCIES = (LIST_AGENCIES, GRANT_AGENCY, SUSPEND_AGENCY, RESUME_AGENCY)
CLIENTS = (LIST_CLIENTS, REGISTER_CLIENT, CHANGE_CLIENT, SUSPEND_CLIENT, RESUME_CLIENT)
PEOPLE = (LIST_PEOPLE, INVITE, RESET, SUSPEND_PERSON, RESUME_PERSON, GIVE_ROLE, END_ROLE)

ACTIONS = (*AGENCIES, *CLIENTS, *PEOPLE, ROTATE_KEYS, *access_record.actions("gateway"))

GRANTS = (
    Grant(Role.AGENCY_LEAD, (LIST_AGENCIES, *CLIENTS, *PEOPLE), Scope.OWN, View.IDENTIFIED),
    Grant(Role.BUSINESS_UNIT, (*AGENCIES, *CLIENTS, *PEOPLE), Scope.ALL, View.IDENTIFIED),
    Grant(Role.PLATFORM_ADMIN, (*AGENCIES, *CLIENTS, *PEOPLE, ROTATE_KEYS), Scope.ALL, View.IDENTIFIED),
    *access_record.grants("gateway"),
)
