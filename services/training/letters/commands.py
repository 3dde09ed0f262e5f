"""Writes letters, in the transaction of what they tell of."""

from services.training.letters.domain import PATHS, SAID
from services.training.letters.models import Letter
from services.training.register.models import CONTACTS
from shared.letters.commands import Post

POST = Post(Letter, CONTACTS, SAID, PATHS)
write = POST.write
