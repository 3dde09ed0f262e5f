"""Reviews: serious incidents, rapid reviews, practice reviews, and what is learnt from them.

Nouns, each knowing only those before it: register, incidents, what the three decide of them, practice reviews, how they
are held, holds, publication, learning, recommendations. The layers in `pyproject.toml` are this order, checked.
Events out: `shared.contracts.reviews`. Events in: governance's, about agencies and bodies.
"""
