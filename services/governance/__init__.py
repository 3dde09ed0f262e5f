"""Governance: the register of agencies, the partnership's bodies, who sits on them, whom to reach, who acts for whom.

Its nouns, from the bottom: terms, agencies, bodies, memberships; contacts and delegations beside them. It publishes
every change of these (`shared.contracts.governance`) and listens to nobody.
"""
