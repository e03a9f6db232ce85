"""A refused login is remembered beyond the process: run by cron every other minute, each attempt would count towards a lock.

A pause holds for the name and password that were refused only, so that a corrected one is tried at once. These are what was handed over, not what
the password file says by now: it may have been rewritten, or be gone, while the server took its time to refuse.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlite_utils import Database

from bot.base.sections.servers import Mailbox, Server, Smtp
from bot.mailbox.backoff import AFTER_LOGIN_REFUSED
from bot.mailbox.errors import LoginRefused
from bot.mailbox.imap.connection import Connection
from bot.store import state


def take_up_reading_pause(db: Database, connection: Connection, now: datetime) -> None:
    """*connection* does not log in before the pause that another run of the program began is over. ConfigError where it has no password."""
    until = state.pause(db, state.POLL_PAUSED_UNTIL, now)
    secret = connection.settings.secret() if until is not None else ""
    if until is not None and state.get(db, state.POLL_PAUSED_LOGIN) == login_to_read(connection.settings, secret):
        left = min(until - now, AFTER_LOGIN_REFUSED)
        connection.bar(state.get(db, state.POLL_PAUSE_REASON), secret, left.total_seconds())


def pause_reading(db: Database, connection: Connection, fault: LoginRefused, now: datetime) -> None:
    """Unless it has begun: then *fault* was only the memory of it."""
    login = login_to_read(connection.settings, connection.secret)
    if state.pause(db, state.POLL_PAUSED_UNTIL, now) and state.get(db, state.POLL_PAUSED_LOGIN) == login:
        return
    state.put(db, state.POLL_PAUSED_UNTIL, (now + AFTER_LOGIN_REFUSED).isoformat())
    state.put(db, state.POLL_PAUSED_LOGIN, login)
    state.put(db, state.POLL_PAUSE_REASON, fault.what)


def resume_reading(db: Database) -> None:
    state.put(db, state.POLL_PAUSED_UNTIL, "")


def login_to_read(settings: Mailbox, secret: str) -> str:
    return login_of(settings, settings.username or settings.address, secret)


def login_of(settings: Server, name: str, secret: str) -> str:
    """Name and password as a slow hash: the database must not help to guess the password."""
    return hashlib.scrypt(secret.encode(), salt=f"{settings.host}|{name}".encode(), n=2**14, r=8, p=1).hex()


def pause_sending(db: Database, settings: Smtp, until: datetime, reason: str, refused: str | None) -> None:
    """*refused*: the password where the pause is for a refused login."""
    state.put(db, state.PAUSED_UNTIL, until.isoformat())
    state.put(db, state.PAUSE_REASON, reason)
    state.put(db, state.PAUSED_LOGIN, "" if refused is None else login_of(settings, settings.username, refused))


def resume_sending(db: Database, settings: Smtp, *, was_taken: bool = False) -> None:
    """A pause for a refused login is over with another login, and where this one *was_taken* just now. ConfigError where there is no password."""
    refused = state.get(db, state.PAUSED_LOGIN)
    if refused and (was_taken or refused != login_of(settings, settings.username, settings.secret())):
        state.put(db, state.PAUSED_UNTIL, "")
        state.put(db, state.PAUSED_LOGIN, "")
