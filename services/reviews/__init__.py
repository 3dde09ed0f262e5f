"""Reviews: serious incidents, rapid reviews, practice reviews, and what is learnt from them.

Nouns, each knowing only those before it: register. The layers in `pyproject.toml` are this order, checked.
Events out: `shared.contracts.reviews`. Events in: governance's, about agencies and bodies.
"""
