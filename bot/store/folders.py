"""What is known of one folder of the mailbox: how far it was read, which mails came from it, which were not to be had."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from sqlite_utils import Database

from bot.mailbox.imap.model import Cursor

# Found again under these, the mails at them tell whether the folder is still the same one.
LANDMARKS = 10
# As many mails are asked for again with one poll.
MOST_AGAIN = 200
# A mail that the server does not give: with each poll at first, then at this distance; daily once it was left to a person.
AT_FIRST = 5
RETRY = timedelta(minutes=15)
RETRY_LEFT = timedelta(days=1)
LEFT_AFTER = timedelta(hours=24)


def cursor_of(db: Database, mailbox: str, folder: str) -> Cursor | None:
    """How far the folder was read; None before the first poll."""
    sql = "SELECT uidvalidity, last_uid, mails FROM cursor WHERE mailbox = ? AND folder = ?"
    row = db.execute(sql, [mailbox, folder]).fetchone()
    return Cursor(row[0], row[1], row[2]) if row else None


class FolderState(Struct, frozen=True):
    """One folder; *now* (aware) decides what is due to be asked for again. Answers the questions of ``KnownMails``."""

    db: Database
    mailbox: str
    folder: str
    now: datetime

    def advance(self, cursor: Cursor | None) -> None:
        if cursor is not None and cursor != cursor_of(self.db, self.mailbox, self.folder):
            self.db.execute(
                "INSERT OR REPLACE INTO cursor (mailbox, folder, uidvalidity, last_uid, mails) VALUES (?, ?, ?, ?, ?)",
                [self.mailbox, self.folder, cursor.uidvalidity, cursor.last_uid, cursor.count],
            )

    def holds(self, uidvalidity: int, uid: int) -> bool:
        at = "mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?"
        sql = f"SELECT 1 FROM arrival WHERE {at} UNION ALL SELECT 1 FROM unfetched WHERE {at}"
        return self.db.execute(sql, self.key(uidvalidity, uid) * 2).fetchone() is not None

    def came(self, uidvalidity: int, uid: int) -> datetime | None:
        sql = "SELECT internal_date FROM arrival WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?"
        row = self.db.execute(sql, self.key(uidvalidity, uid)).fetchone()
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def newest(self, uidvalidity: int) -> list[int]:
        sql = "SELECT uid FROM arrival WHERE mailbox = ? AND folder = ? AND uidvalidity = ? ORDER BY uid DESC LIMIT ?"
        return [row[0] for row in self.db.execute(sql, [self.mailbox, self.folder, uidvalidity, LANDMARKS])]

    def again(self, uidvalidity: int) -> list[int]:
        """Those that are due; one that was noted by a clock that ran ahead counts as due."""
        sql = """SELECT uid FROM unfetched WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND (next_at <= ? OR first_at > ?)
            ORDER BY next_at LIMIT ?"""
        now = self.now.isoformat(timespec="seconds")
        values = [self.mailbox, self.folder, uidvalidity, now, now, MOST_AGAIN]
        return sorted(row[0] for row in self.db.execute(sql, values))

    def miss(self, uidvalidity: int, uid: int, error: str) -> tuple[int, bool]:
        """Note that the server did not give this mail. How often it did not, and whether that is a person's matter from now on."""
        key, now = self.key(uidvalidity, uid), self.now
        sql = """SELECT attempts, first_at, mail FROM unfetched WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?"""
        row = self.db.execute(sql, key).fetchone()
        attempts = row[0] + 1 if row else 1
        first = min(datetime.fromisoformat(row[1]), now) if row else now
        is_left = row is not None and row[2] is not None
        is_over = not is_left and attempts >= AT_FIRST and now - first >= LEFT_AFTER
        pause = RETRY_LEFT if is_left or is_over else RETRY if attempts >= AT_FIRST else timedelta(0)
        times = [moment.isoformat(timespec="seconds") for moment in (first, now + pause)]
        self.db.execute(
            """INSERT INTO unfetched (mailbox, folder, uidvalidity, uid, error, attempts, first_at, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET error = excluded.error, attempts = excluded.attempts, first_at = excluded.first_at, next_at = excluded.next_at""",
            [*key, error, attempts, *times],
        )
        return attempts, is_over

    def leave(self, uidvalidity: int, uid: int, mail: int) -> None:
        """*mail* stands for one that was not to be had and is left to a person. It is still asked for now and then."""
        sql = "UPDATE unfetched SET mail = ? WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?"
        self.db.execute(sql, [mail, *self.key(uidvalidity, uid)])

    def found(self, uidvalidity: int, uid: int) -> int | None:
        """The mail was to be had after all. Returns the one that stood for it, where it was left to a person."""
        key = self.key(uidvalidity, uid)
        at = "mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?"
        row = self.db.execute(f"SELECT mail FROM unfetched WHERE {at}", key).fetchone()
        self.db.execute(f"DELETE FROM unfetched WHERE {at}", key)
        return row[0] if row else None

    def forget(self, uidvalidity: int, gone: tuple[int, ...]) -> None:
        """What lies there no more need not be asked for; under another UIDVALIDITY it has another UID."""
        self.db.execute(
            "DELETE FROM unfetched WHERE mailbox = ? AND folder = ? AND uidvalidity != ?",
            [self.mailbox, self.folder, uidvalidity],
        )
        for uid in gone:
            self.found(uidvalidity, uid)

    def key(self, uidvalidity: int, uid: int) -> list[str | int]:
        return [self.mailbox, self.folder, uidvalidity, uid]
