"""Training: the programme, its sessions, who is booked, who came, and what it changed.

Nouns, each knowing only those before it: register. The layers in `pyproject.toml` are this order, checked.
Events out: `shared.contracts.training`. Events in: governance's, about agencies and bodies.
"""
