"""Writes letters, in the transaction of what they tell of."""

from services.governance.letters.domain import PATHS, SAID
from services.governance.letters.models import Letter
from services.governance.letters.queries import DIRECTORIES
from shared.letters.commands import Post

POST = Post(Letter, DIRECTORIES, SAID, PATHS)
write = POST.write
