"""Our letters under the ids that the mail house gave them: their copies in the Sent folder tell, and answers name those."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.base.errors import ServerUnavailable
from bot.mailbox.imap.model import SentMail
from bot.operation.outgoing.sending import SentFolder
from bot.store import outbox
from bot.store.database import Store
from bot.store.outbox import Letter

log = logging.getLogger(__name__)


def learn_ids(store: Store, sent_folder: SentFolder) -> None:
    """Before new mails are worked off, which may answer a letter under its other id. Copies that the bot puts there itself tell nothing."""
    letters = outbox.to_look_up(store.db)
    if not letters or sent_folder.appends:
        return
    try:
        found = sent_folder.sent_mails()
    except ServerUnavailable as fault:
        log.warning("Sent folder cannot be read", extra={"reason": str(fault)})
        return
    known = outbox.known_ids(store.db)
    with store.transaction() as db:
        for letter in letters:
            outbox.note_looked_up(db, letter.id, others_of(letter, letters, found or (), known))


def others_of(
    letter: Letter, letters: Sequence[Letter], copies: Sequence[SentMail], known: frozenset[str]
) -> frozenset[str] | None:
    """The ids of the letter's copy beside our own; None where no copy is certainly its."""
    same = [copy for copy in copies if letter.message_id in copy.message_ids]
    if not same:
        # A house that keeps nothing of our id: the copy that is nobody else's, where no other letter could be it.
        same = [copy for copy in copies if is_like(copy, letter) and not copy.message_ids & known]
        alike = [one for one in letters if (one.subject, one.to_addr) == (letter.subject, letter.to_addr)]
        if len(same) != 1 or len(alike) != 1:
            return None
    return frozenset().union(*(copy.message_ids for copy in same)) - {letter.message_id}


def is_like(copy: SentMail, letter: Letter) -> bool:
    return copy.subject == " ".join(letter.subject.split()) and letter.to_addr.lower() in copy.to
