"""Governance: who is in the partnership, what its bodies decide and follow up, and the threads through all of it.

Nouns, each knowing only those before it: terms, references and suspensions, agencies, bodies, memberships, contacts, delegations, letters;
decisions of bodies and of the three, briefs, work items, expectations, terms of reference;
risks with their answers and movements, challenges;
plans, actions with what is done about each; meetings with invitations, agendas, attendances, outcomes, minutes; threads, and
how far along them what was learnt has come; how long actions are kept; what is an agency's own, taken out.
The layers in `pyproject.toml` are this order, checked.
Events out: `shared.contracts.governance`. Events in: every service's, for threads; escalations' and reviews', for actions.
"""
