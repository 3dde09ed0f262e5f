"""Joint decisions of the three statutory partners, for any noun of any service that declares their tables."""
