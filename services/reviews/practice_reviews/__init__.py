"""Local child safeguarding practice reviews, thematic and joint ones: from the decision to hold one to its publication."""
