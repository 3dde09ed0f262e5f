"""Reviews: serious incidents, rapid reviews, practice reviews, and what is learnt from them.

Nouns, each knowing only those before it: register, children, incidents with their referrals, considerations and
notifications, rapid reviews with their panels, returns and outcomes, practice reviews, how they are held, holds,
publication, learning, recommendations, briefings, and the votes of the three. The layers in `pyproject.toml` are this
order, checked.
Events out: `shared.contracts.reviews`. Events in: governance's, about agencies, bodies and actions.
"""
