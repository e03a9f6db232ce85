"""Once a night: forget what need not be kept, back up the database, check that it is whole."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.store.database import quick_check
from bot.store.migrate import backup

if TYPE_CHECKING:
    from bot.app import App

log = logging.getLogger(__name__)


def keep_house(app: App) -> None:
    """A dated copy of the database in ``backups/``, the oldest ones removed; the live one checked."""
    quick_check(app.store.connection)
    folder = app.store.root / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    backup(app.store.connection, folder / f"intake-{app.clock():%Y%m%d}.db")
    copies = sorted(folder.glob("intake-*.db"))
    for old in copies[: -app.settings.store.keep_backups]:
        old.unlink()
    log.info("database backed up", extra={"copies": min(len(copies), app.settings.store.keep_backups)})
