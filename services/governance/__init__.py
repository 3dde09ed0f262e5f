"""Governance: the register of agencies, the partnership's bodies, who sits on them, whom to reach, who acts for whom.

Its nouns, from the bottom: terms and references, agencies, bodies, memberships; contacts, delegations and joint decisions
beside them; what the bodies have decided. It publishes every change of these (`shared.contracts.governance`). It listens to
all services for threads alone, and tells how far what was learnt has come on them (`shared.contracts.governance_threads`).
"""
