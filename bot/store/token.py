"""What proves that somebody has seen a letter of ours: Message-IDs that nobody can guess, and the secret of the check codes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from bot.store import state
from bot.store.files.journal import Journal, Line, mark

SECRETS = "check_code_secrets"  # in the table of state: in hexadecimal, the one that new codes are made with first
ID_BYTES = 12
SECRET_BYTES = 32


def message_id(db: Database, key: str, domain: str) -> str:
    """A Message-ID for the letter that is queued under *key*: a new one, or the one that it has (or had before the database was rebuilt)."""
    sql = "SELECT message_id FROM outbox WHERE dedupe_key = ? UNION ALL SELECT message_id FROM given_id WHERE mark = ?"
    row = db.execute(sql, [key, mark(key)]).fetchone()
    return str(row[0]) if row else f"<{secrets.token_hex(ID_BYTES)}@{domain}>"


def note_ids(db: Database, ids: Mapping[str, str]) -> None:
    """Keep the ids that the journal tells (mark -> Message-ID), so that the same letters get them again."""
    db.conn.executemany("INSERT OR REPLACE INTO given_id VALUES (?, ?)", list(ids.items()))


def ids_in(lines: Iterable[Line]) -> dict[str, str]:
    """Mark of each letter -> its Message-ID. Of two the later is right: the other's transaction was never committed."""
    return {key: one for line in lines for key, one in line.get("ids", {}).items()}


def secrets_of(db: Database) -> tuple[bytes, ...]:
    """Every secret whose codes are valid; with the first new ones are made."""
    return tuple(map(bytes.fromhex, state.get(db, SECRETS).split()))


def secrets_in(lines: Iterable[Line]) -> list[str]:
    return [str(line["secret"]) for line in lines if "secret" in line]


def ensure_secret(db: Database, journal: Journal) -> None:
    """A store without a secret takes over the journal's (it is built anew), or gets its own. Call inside a transaction."""
    if not secrets_of(db):
        adopt_secrets(db, journal, secrets_in(journal.lines()) or [secrets.token_hex(SECRET_BYTES)])


def adopt_secrets(db: Database, journal: Journal, further: Iterable[str]) -> None:
    """The codes of *further* secrets (hexadecimal) count from now on, too, and are known to the journal before they are in the database."""
    valid = list(dict.fromkeys((*state.get(db, SECRETS).split(), *further)))
    for one in set(valid) - set(secrets_in(journal.lines())):
        journal.append({"mail": "", "secret": one})
    state.put(db, SECRETS, " ".join(valid))
