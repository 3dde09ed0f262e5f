"""National reviews: what was published elsewhere, checked for what can be learnt here: is it true for us?"""
