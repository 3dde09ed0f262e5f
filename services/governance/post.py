"""Takes invitations and letters to the mail server, when nothing about the meeting is locked any more."""

from services.governance.invitations.commands import INVITATIONS
from services.governance.letters.commands import POST
from shared.invitations.post import errand

ERRANDS = (errand(INVITATIONS), POST.errand())
