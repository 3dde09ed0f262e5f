"""Agencies: the partnership's register, with dates and successors."""
