"""Pages for people without an account."""

from functools import partial
from pathlib import Path

from shared import pages

page = partial(pages.page, Path(__file__).parent)
