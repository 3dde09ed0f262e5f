"""Escalations: professional challenge between agencies, from its raising to the quarterly report.

Owns: ladders, children (pseudonyms and sealed identifiers), stages and clocks, escalations, challenges, resolutions,
joint decisions, learning, how far it has come, notes, letters, quarterly reports.
Nouns, each knowing only those before it: ladders, register, ways, children, stages, letters, escalations; advances, challenges,
resolutions, responses; decisions, identities, learning, links, notes; reminders; reports; keeping; exports, tracker; chases. The layers in
`pyproject.toml` are this order, checked.
Events out: `shared.contracts.escalations`. Events in: governance's, about agencies, bodies, contacts and delegations,
and how far what was learnt has come.
"""
