"""What the bot does to mails on the server, and only when told to: mark as read, move into folders by outcome."""

from __future__ import annotations

from collections import defaultdict

from bot.config import Mailbox
from bot.failpoints import reach
from bot.mailbox.imap import ImapMailbox
from bot.store import mails
from bot.store.database import Store
from bot.store.folders import cursor_of


def file_away(store: Store, settings: Mailbox, mailbox: ImapMailbox) -> None:
    """Mark and move the worked-off mails of the main folder that were not filed yet. ``ServerUnavailable`` passes through."""
    targets = {outcome: settings.move_to.folder_for(outcome) for outcome in type(settings.move_to).model_fields}
    if not settings.mark_seen and not any(targets.values()):
        return
    cursor = cursor_of(store.db, settings.address, settings.folder)
    if cursor is None:
        return
    validity = cursor.uidvalidity
    waiting = mails.unfiled(store.db, settings.address, settings.folder, validity)
    if settings.mark_seen and waiting:
        mailbox.mark_seen(settings.folder, [uid for uid, _ in waiting], validity)
    by_target: dict[str, list[int]] = defaultdict(list)
    for uid, outcome in waiting:
        by_target[targets.get(outcome, "")].append(uid)
    for target, uids in by_target.items():
        if target and target != settings.folder:
            mailbox.move(settings.folder, uids, target, validity)
        reach("filed")
        with store.transaction() as db:
            mails.set_filed(db, settings.address, settings.folder, validity, uids)
