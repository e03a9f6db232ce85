"""What is told of activities in registrations and in the rows of summary tables, and which of these are one (``bot.forms.pairing``).

Triggers note the names of which something changed; ``pair_due`` pairs them anew in the same transaction, so that the views are right whenever
something was committed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from typing import ClassVar

from msgspec import Struct, field
from sqlite_utils import Database

from bot.forms.pairing import Told, numbers_in, pair, pair_key
from bot.forms.renamed import closeness, place_key
from bot.forms.units.roster import Roster
from bot.store import state
from bot.store.desk.overlay import as_of_now
from bot.store.values import as_list

RULES = "2"  # changed where activities are paired in another way than before
PAIRED_FOR = "activities_paired_for"
LONGEST_PLACE = 200  # characters in which a shorter place is looked for
MOST_CALLED = 2000  # names that hang together; far more than any honest table has

Occasion = tuple[str, str, str, str]  # name, first and last ISO day, place, each as for comparing

# Said how, from the few names to what is told under them: SQLite would read all registrations for each mail.
FORMS = """
SELECT s.ref AS source, 0 AS position, 0 AS is_row, s.unit, s.content ->> '$.fields.activity_name' AS name,
  coalesce(s.content ->> '$.fields.host_unit', '') || '、' || coalesce(s.content ->> '$.fields.undertaking_unit', '') AS units,
  s.content ->> '$.fields.start_date' AS start, s.content ->> '$.fields.end_date' AS end, s.content ->> '$.fields.venue' AS venue,
  s.content ->> '$.fields.phone' AS phone, s.content ->> '$.fields.mobile' AS mobile
FROM activity_key k CROSS JOIN submission s INDEXED BY submission_name ON s.name_key = k.name_key
WHERE k.pair_key IN (SELECT value FROM json_each(?)) AND s.is_current AND s.kind = 'registration' AND s.status NOT IN ('withdrawn', 'rejected') ORDER BY s.id"""

ROWS = """
SELECT t.ref AS source, r.id AS position, 1 AS is_row, t.unit, r.content ->> '$.activity_name' AS name, r.content ->> '$.units' AS units,
  r.content ->> '$.start_date' AS start, r.content ->> '$.end_date' AS end, r.content ->> '$.venue' AS venue, r.content ->> '$.phone' AS phone,
  '' AS mobile
FROM activity_key k CROSS JOIN activity_row r ON r.name_key = k.name_key JOIN submission t ON t.id = r.submission
WHERE k.pair_key IN (SELECT value FROM json_each(?)) AND t.is_current AND t.status NOT IN ('withdrawn', 'rejected') ORDER BY r.id"""


def told_under(db: Database, keys: Iterable[str]) -> list[Told]:
    """Everything that counts and is told under these ``pair_key``s, whoever told it."""
    return [*asked(db, FORMS, keys), *asked(db, ROWS, keys)]


def refs_called_in(db: Database, words: str) -> list[str]:
    """The activities that stand whose whole name is in *words*."""
    sql = """SELECT ref FROM submission WHERE is_current AND kind = 'registration' AND status NOT IN ('withdrawn', 'rejected')
        AND length(title) > 3 AND instr(?, title) LIMIT 5"""
    return [row["ref"] for row in db.query(sql, [words])]


def withdraw_rows(db: Database, submission: int) -> None:
    """The rows of the unit's own tables that list this form, which is withdrawn, go with it; another's table is his to change. Call when everything is paired."""
    sql = """UPDATE activity_row SET gone_with = listed FROM submission w, submission t
        WHERE w.id = ? AND t.id = activity_row.submission AND t.unit = w.unit AND listed = w.ref AND listed != ''"""
    db.execute(sql, [submission])


def asked(db: Database, sql: str, keys: Iterable[str]) -> list[Told]:
    return [
        Told(
            row["source"],
            row["position"],
            bool(row["is_row"]),
            row["unit"],
            row["name"] or "",
            row["units"] or "",
            row["start"] or "",
            row["end"] or "",
            row["venue"] or "",
            numbers_in(row["phone"] or "", row["mobile"] or ""),
        )
        for row in db.query(sql, [as_list(keys)])
    ]


def pair_due(db: Database, roster: Roster) -> None:
    """Pair anew whatever is told under the names of which something changed. Call inside a transaction."""
    due = [row[0] for row in db.execute("SELECT name_key FROM pairing_due").fetchall()]
    if not due:
        return
    roster = as_of_now(db, roster)
    names = {name: pair_key(name) for name in due}
    db.conn.executemany("INSERT OR IGNORE INTO activity_key VALUES (?, ?)", list(names.items()))
    keys = set(names.values())
    # What was paired with the old as well as what can be with the new.
    keys |= also_called(db, occasions_under(db, keys)) | note_occasions(db, keys)
    rows = asked(db, ROWS, keys)
    pairs = pair([*asked(db, FORMS, keys), *rows], roster)
    for row in rows:
        form, same = pairs.listed.get(row.identity), pairs.same.get(row.identity)
        values = [form.source if form else "", same.position if same else None]
        sql = "UPDATE activity_row SET listed = ?, same_as = ? WHERE id = ? AND (listed, same_as) IS NOT (?, ?)"
        db.execute(sql, [*values, row.position, *values])
    db.execute("DELETE FROM pairing_due")


def note_occasions(db: Database, keys: Collection[str]) -> set[str]:
    """Note anew when and where something is told under *keys*; returns the names of the same activities."""
    db.execute("DELETE FROM activity_occasion WHERE pair_key IN (SELECT value FROM json_each(?))", [as_list(keys)])
    found = {occasion for one in told_under(db, keys) if (occasion := occasion_of(one))}
    db.conn.executemany("INSERT OR IGNORE INTO activity_occasion VALUES (?, ?, ?, ?)", sorted(found))
    keep_places(db, found)
    return also_called(db, found)


def occasions_under(db: Database, keys: Collection[str]) -> set[Occasion]:
    sql = "SELECT pair_key, day, until, place FROM activity_occasion WHERE pair_key IN (SELECT value FROM json_each(?))"
    return {(row[0], row[1], row[2], row[3]) for row in db.execute(sql, [as_list(keys)]).fetchall()}


def also_called(db: Database, occasions: Collection[Occasion]) -> set[str]:
    """The keys of *occasions*, and those under which the same activities may be told, and in turn theirs."""
    keys = {key for key, *_ in occasions}
    todo = set(occasions)
    while todo and len(keys) <= MOST_CALLED:
        found = {name for one in todo for name in names_like(db, one)} - keys
        keys |= found
        todo = occasions_under(db, found)
    return keys


def names_like(db: Database, occasion: Occasion) -> list[str]:
    """Names near to that of *occasion* under which something is told of the same days and place."""
    key, day, until, place = occasion
    sql = """SELECT DISTINCT pair_key FROM activity_occasion
    WHERE day = ? AND until = ? AND place IN (SELECT value FROM json_each(?)) AND pair_key != ?"""
    places = sorted({*parts_of_place(place), *places_around(db, day, until, place)})
    found = db.execute(sql, [day, until, json.dumps(places), key]).fetchall()
    return [row[0] for row in found if closeness(key, row[0])]


def parts_of_place(place: str) -> set[str]:
    """All that may be told for *place* in fewer words."""
    most = min(len(place), LONGEST_PLACE)
    return {place, *(place[at:end] for at in range(most) for end in range(at + 2, most + 1))}


class Places(Struct, frozen=True):
    """What is told for each day, one place a line, some of them perhaps no more; by ``version`` it is known that nobody else wrote since."""

    connection: object
    version: int
    of_day: dict[tuple[str, str], str] = field(default_factory=dict)


class _Kept:
    """What was asked last: with each mail it is asked again, of thousands."""

    places: ClassVar[Places | None] = None


def places_told(db: Database) -> Places:
    version = db.execute("PRAGMA data_version").fetchone()[0]
    known = _Kept.places
    if known is None or known.connection is not db.conn or known.version != version:
        known = _Kept.places = Places(db.conn, version)
    return known


def places_around(db: Database, day: str, until: str, place: str) -> Iterator[str]:
    """What is told for *place* in more words. In a campaign thousands are told for the same day, and no index of SQLite's finds a part of a word."""
    told = places_told(db).of_day
    if (day, until) not in told:
        sql = "SELECT DISTINCT place FROM activity_occasion WHERE day = ? AND until = ?"
        told[day, until] = "".join(f"\n{row[0]}" for row in db.execute(sql, [day, until])) + "\n"
    lines = told[day, until]
    at = lines.find(place)
    while at >= 0:
        end = lines.index("\n", at)
        yield lines[lines.rindex("\n", 0, at) + 1 : end]
        at = lines.find(place, end)


def keep_places(db: Database, occasions: Iterable[Occasion]) -> None:
    """These are told from now on."""
    told = places_told(db).of_day
    for _, day, until, place in occasions:
        if f"\n{place}\n" not in (lines := told.get((day, until), f"\n{place}\n")):
            told[day, until] = f"{lines}{place}\n"


def occasion_of(one: Told) -> Occasion | None:
    """None where the day or the place is not told."""
    place = place_key(one.venue)
    return (one.key, one.start, one.end or one.start, place) if one.key and one.start and len(place) > 1 else None


def told_about(db: Database, mine: Iterable[Told]) -> list[Told]:
    """What counts and is told of the same activities, under their names or under another one."""
    told = list(mine)
    keys = {one.key for one in told} - {""}
    return told_under(db, keys | also_called(db, {occasion for one in told if (occasion := occasion_of(one))}))


def pair_all_for(db: Database, roster: Roster) -> None:
    """Everything is paired anew where it was paired by another roster or other rules. Call inside a transaction."""
    roster = as_of_now(db, roster)
    mark = f"{RULES}:{hashlib.sha256(repr((roster.units, roster.home)).encode()).hexdigest()}"
    if state.get(db, PAIRED_FOR) != mark:
        db.execute("INSERT OR IGNORE INTO pairing_due SELECT name_key FROM activity_key")
        state.put(db, PAIRED_FOR, mark)
