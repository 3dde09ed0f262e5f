"""How long a service's records about children are kept, and the legal holds that keep them longer.

A service declares its tables of holds and periods, says of each table with `Retained` columns when its records are over and
what they belong to (`Kept`), and makes one `Keeping` of them. Its sweep works the days out, its operations place, review and
lift holds, and list what is due. Nothing here deletes anything.
"""
