"""A refused login is remembered beyond the process: run by cron every other minute, each attempt would count towards a lock."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlite_utils import Database

from bot.base.sections.servers import Mailbox, Server
from bot.mailbox.backoff import AFTER_LOGIN_REFUSED
from bot.mailbox.errors import LoginRefused
from bot.mailbox.imap.connection import Connection
from bot.store import state


class LoginPause:
    """Kept in the database; holds for the same name and password only, so that a corrected one is tried at once."""

    def __init__(self, db: Database, settings: Mailbox) -> None:
        self.db, self.settings = db, settings

    def take_up(self, connection: Connection, now: datetime) -> None:
        """*connection* does not log in before the pause that another run of the program began is over."""
        until = state.pause(self.db, state.POLL_PAUSED_UNTIL, now)
        if until is not None and state.get(self.db, state.POLL_PAUSED_LOGIN) == self.login():
            left = min(until - now, AFTER_LOGIN_REFUSED)
            connection.bar(state.get(self.db, state.POLL_PAUSE_REASON), left.total_seconds())

    def begin(self, fault: LoginRefused, now: datetime) -> None:
        """Unless it has begun: then *fault* was only the memory of it."""
        login = self.login()
        if state.pause(self.db, state.POLL_PAUSED_UNTIL, now) and state.get(self.db, state.POLL_PAUSED_LOGIN) == login:
            return
        state.put(self.db, state.POLL_PAUSED_UNTIL, (now + AFTER_LOGIN_REFUSED).isoformat())
        state.put(self.db, state.POLL_PAUSED_LOGIN, login)
        state.put(self.db, state.POLL_PAUSE_REASON, fault.what)

    def end(self) -> None:
        state.put(self.db, state.POLL_PAUSED_UNTIL, "")

    def login(self) -> str:
        return login_of(self.settings, self.settings.username or self.settings.address)


def login_of(settings: Server, name: str) -> str:
    """Name and password as a slow hash: the database must not help to guess the password."""
    salt = f"{settings.host}|{name}".encode()
    return hashlib.scrypt(settings.secret().encode(), salt=salt, n=2**14, r=8, p=1).hex()


def pause_sending(db: Database, settings: Server, until: datetime, reason: str, *, for_login: bool) -> None:
    state.put(db, state.PAUSED_UNTIL, until.isoformat())
    state.put(db, state.PAUSE_REASON, reason)
    state.put(db, state.PAUSED_LOGIN, login_of(settings, settings.username) if for_login else "")


def resume_sending(db: Database, settings: Server, *, was_taken: bool = False) -> None:
    """A pause for a refused login is over with another login, and where this one *was_taken* just now."""
    refused = state.get(db, state.PAUSED_LOGIN)
    if refused and (was_taken or refused != login_of(settings, settings.username)):
        state.put(db, state.PAUSED_UNTIL, "")
        state.put(db, state.PAUSED_LOGIN, "")
