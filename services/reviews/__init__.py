"""Reviews: serious incidents, rapid reviews, practice reviews, and what is learnt from them.

Nouns, each knowing only those before it: register, children, letters, incidents with their referrals, considerations,
notifications and years, rapid reviews with their panels, returns and outcomes, who a child is, national reviews, practice
reviews, how they are held, their facts, holds, who signs them off, who takes part, publication, learning, recommendations,
briefings, the votes of the three, what an ended agency leaves to its successor, how long all is kept, what waits
for whom, and exports.
The layers in `pyproject.toml` are this order, checked.
Events out: `shared.contracts.reviews`. Events in: governance's, about agencies, their contacts, bodies and actions.
"""
