"""What the three statutory partners decide jointly here: the questions, their rounds, and the votes."""
