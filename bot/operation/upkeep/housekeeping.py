"""Once a night: forget what need not be kept, back up the database, check that it is whole."""

from __future__ import annotations

import logging
import sqlite3

from bot.base.errors import cause_and_file
from bot.operation.app import App
from bot.operation.upkeep.purge import finish_interrupted, purge, retention_limit
from bot.store.database import quick_check
from bot.store.files import copies
from bot.store.files.durable import make_private

log = logging.getLogger(__name__)


def keep_house(app: App) -> None:
    """Everything for the night; a full disk is logged and tried again the next one. ``DatabaseDamaged`` ends the run: it needs a person."""
    quick_check(app.store.connection)
    try:
        carry_out_retention(app)
        back_up(app)
    except (OSError, sqlite3.Error) as error:
        log.error("housekeeping not finished", extra={"reason": cause_and_file(error)})


def carry_out_retention(app: App) -> None:
    """What is older than ``[store] retention`` goes; without that setting everything stays."""
    kept = app.settings.store.retention
    if kept is None:
        finish_interrupted(app.store)
        return
    gone = purge(app.store, before=retention_limit(app.clock(), kept), really=True)
    if gone.mails:
        log.info("retention carried out", extra={"mails": gone.mails, "files": gone.files, "answers": gone.answers})


def back_up(app: App) -> None:
    """A dated copy of the database; the oldest ones are removed."""
    root = app.store.root
    make_private(root / copies.FOLDER)
    there = copies.copy_of_today(app.store.connection, root, app.clock(), app.settings.store.keep_backups)
    log.info("database backed up", extra={"copies": there})
