"""Referrals: any agency brings a case to be considered, and hears what was decided and why."""
