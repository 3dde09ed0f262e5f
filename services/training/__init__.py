"""Training: the programme, its sessions, who is booked, who came, and what it changed.

Owns: courses and series, distribution lists, sessions and the places kept at them, bookings, waiting lists, what agencies want
approved, what stands in delegates' calendars, who came, what it was worth to them and what it changed, certificates.
Nouns, each knowing only those before it: register, letters, courses, distribution_lists, sessions, invitations, meeting_exports,
bookings; certificates, offers and requests; approvals, attendance, calendars and cancellations; evaluations and sign_in; the
links of evaluations and of places, the rounds in which they are asked, and successions; figures; exports, feeds and worth.
The layers in `pyproject.toml` are this order, checked.
Events out: `shared.contracts.training`. Events in: governance's, about agencies and bodies.
"""
