"""Units as the desk lists them: what each has sent, where it stands, and the last mail that it wrote."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store.lists.paging import Row

# What speaks for a unit: its mails that are neither a program's nor a command (as in v_units).
WRITTEN = "m.unit = u.unit AND m.unit != '' AND m.outcome NOT IN ('ignored', 'command')"
ALL = f"""
SELECT u.*, (SELECT count(*) FROM submission s WHERE s.unit = u.unit AND s.is_current AND s.status = 'needs_correction') AS open,
  (SELECT n.mail FROM nil_report n WHERE n.unit = u.unit) AS nil_mail,
  (SELECT m.id FROM mail m WHERE {WRITTEN} ORDER BY m.received_at DESC LIMIT 1) AS last_mail
FROM v_units u ORDER BY u.unit"""
MAILS = "SELECT id, subject, from_addr, outcome FROM mail WHERE id = ?"


def all_of(db: Database) -> dict[str, Row]:
    """By name: everything of ``v_units``, ``open`` forms with errors, and ``last``, the last mail (None where there is none)."""
    return {row["unit"]: {**row, "last": last(db, row["last_mail"] or row["nil_mail"])} for row in list(db.query(ALL))}


def last(db: Database, mail: int | None) -> Row | None:
    return next(db.query(MAILS, [mail]), None) if mail else None
