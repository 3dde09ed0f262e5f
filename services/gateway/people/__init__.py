"""Accounts of people, the roles that their agency gives them, and the invitation by which an account is set up."""
