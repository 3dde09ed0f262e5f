"""How a review is held: who reviews, by which terms, with which milestones, and who was heard."""
