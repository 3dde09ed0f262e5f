"""Letters to agencies' contacts: written in the transaction of what they tell of, and sent in working hours.

A service declares its table, `class Letter(PostedLetter, Base)`, says what its letters say (`Said`, by occasion), makes one
`Post` of both and its `Directories`, and has `POST.errand()` among its errands. Nothing about a child is in a letter: what
happened, the reference, by when, and where to read it after signing in.
"""
