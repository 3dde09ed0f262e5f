"""Escalations: professional challenge between agencies, from its raising to the quarterly report.

Owns: ladders, children (pseudonyms and sealed identifiers), stages and clocks, escalations, challenges, resolutions.
Nouns, each knowing only those before it: ladders, register, children, stages, escalations, challenges, resolutions.
Events out: `shared.contracts.escalations`. Events in: governance's, about agencies and their contacts.
"""
