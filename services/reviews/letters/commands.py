"""Writes letters, in the transaction of what they tell of."""

from services.reviews.letters.domain import PATHS, SAID
from services.reviews.letters.models import Letter
from services.reviews.register.models import CONTACTS
from shared.child_records.models import RETENTION
from shared.letters.commands import Post

POST = Post(Letter, CONTACTS, SAID, PATHS, {"retention_class": RETENTION})
write = POST.write
