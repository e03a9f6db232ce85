"""Who is logged in to the desk, which links are still good, and the log of what was looked at and done there.

What a browser or a mail keeps is stored as its hash only: whoever reads the database cannot log in with it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlite_utils import Database

from bot.store import state
from bot.store.values import as_list

SECRET = "desk_secret"  # in the table of state: what signs links and notices
TOKEN_BYTES = 32


class Session(Struct, frozen=True):
    address: str
    way: str


def ensure_secret(db: Database) -> str:
    """Call inside a transaction."""
    if not (found := state.get(db, SECRET)):
        found = secrets.token_hex(TOKEN_BYTES)
        state.put(db, SECRET, found)
    return found


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(db: Database, address: str, way: str, now: datetime, until: datetime) -> str:
    """The token of a new session; what is over already is swept away."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute("DELETE FROM desk_session WHERE until <= ?", [text(now)])
    db.execute("INSERT INTO desk_session VALUES (?, ?, ?, ?, ?)", [hashed(token), address, way, text(now), text(until)])
    return token


def find_session(db: Database, token: str, now: datetime) -> Session | None:
    sql = "SELECT address, way FROM desk_session WHERE token_hash = ? AND until > ?"
    row = db.execute(sql, [hashed(token), text(now)]).fetchone()
    return Session(*row) if row else None


def end_session(db: Database, token: str) -> None:
    db.execute("DELETE FROM desk_session WHERE token_hash = ?", [hashed(token)])


def note(db: Database, at: datetime, who: str, ip: str, what: str, path: str = "", detail: str = "") -> None:
    """A line of the log; call inside a transaction."""
    sql = "INSERT INTO desk_log (at, who, ip, what, path, detail) VALUES (?, ?, ?, ?, ?, ?)"
    db.execute(sql, [text(at), who, ip, what, path[:200], detail[:500]])


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def forget_before(db: Database, moment: datetime) -> None:
    db.execute("DELETE FROM desk_log WHERE at < ?", [text(moment)])


def last_of(db: Database, what: str, paths: Sequence[str], most: int) -> list[dict[str, str]]:
    """Who did *what* with one of *paths* when, the newest first."""
    sql = """SELECT at, who, path FROM desk_log WHERE what = ? AND path IN (SELECT value FROM json_each(?))
        ORDER BY at DESC, id DESC LIMIT ?"""
    return list(db.query(sql, [what, as_list(paths), most]))


def last_lines(db: Database, most: int) -> list[dict[str, str]]:
    """The newest lines of the log first."""
    return list(db.query("SELECT at, who, ip, what, path, detail FROM desk_log ORDER BY id DESC LIMIT ?", [most]))
