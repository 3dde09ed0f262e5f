"""Figures: how full sessions were and who came, each with what it is counted of; and whether a session adds up."""
