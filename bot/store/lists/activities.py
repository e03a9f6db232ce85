"""Activities as the desk lists them: those of ``v_activities`` and the forms that no longer count, filtered, sorted, a page at a time.

An activity is a registration (``form`` its row), or a row of a summary table that no registration tells (``line`` its row, too).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct, field
from sqlite_utils import Database

from bot.decision.states import GONE
from bot.store.lists import search
from bot.store.lists.ordering import natural
from bot.store.lists.paging import PAGE, Conditions, Page, Row, page_of

WEEK = timedelta(days=7)
# States beside those of the forms: what one of the two tables lacks.
UNLISTED, UNREGISTERED = "unlisted", "unregistered"

FORMS = """
SELECT s.id AS form, NULL AS line, s.ref, s.unit, s.status, s.is_late, s.version, s.received_at, s.mail, s.content ->> '$.fields.activity_name' AS name,
  s.content ->> '$.fields.start_date' AS start, s.content ->> '$.fields.expected_public' AS people, 1 AS has_registration, {listed} AS in_summary
FROM submission s WHERE s.kind = 'registration' AND s.is_current AND {where}"""
ROWS = """
SELECT s.id AS form, r.id AS line, s.ref, s.unit, s.status, s.is_late, s.version, s.received_at, s.mail, r.content ->> '$.activity_name' AS name,
  r.content ->> '$.start_date' AS start, NULL AS people, 0 AS has_registration, 1 AS in_summary
FROM submission s JOIN activity_row r ON r.submission = s.id WHERE s.kind = 'summary' AND s.is_current AND {where}"""

# The same as in v_activities: a row that a registration tells, or another row, is no further activity.
COUNTS = "s.status NOT IN ('withdrawn', 'rejected')"
LISTED = f"""EXISTS (SELECT 1 FROM activity_row r JOIN submission t ON t.id = r.submission WHERE r.listed = s.ref AND r.listed != ''
  AND t.is_current AND t.{COUNTS[2:]})"""
ALONE = f"""{COUNTS} AND NOT EXISTS (SELECT 1 FROM submission f WHERE f.ref = r.listed AND f.is_current AND f.kind = 'registration' AND f.{COUNTS[2:]})
  AND NOT EXISTS (SELECT 1 FROM activity_row o JOIN submission t ON t.id = o.submission WHERE o.id = r.same_as AND t.is_current AND t.{COUNTS[2:]})
  AND NOT EXISTS (SELECT 1 FROM submission w WHERE w.ref = r.gone_with AND w.is_current AND w.status = 'withdrawn')"""
# By which a list can go -> how. «place» is that of the unit in the order of the roster.
SORTS = {
    **{one: one for one in ("start", "received_at", "people", "status", "ref")},
    **{"unit": "place", "name": "dictionary(name)"},
}
PLACES = "places AS (SELECT value AS unit, key AS place FROM json_each(?))"
TICKED = (
    "EXISTS (SELECT 1 FROM json_each(s.content, '$.fields.' || ?) WHERE value = ? OR substr(value, 1, length(?)) = ?)"
)
FIELDS = "SELECT id, content -> '$.fields' AS fields FROM submission WHERE id IN (SELECT value FROM json_each(?))"
LINES = "SELECT id, content AS fields FROM activity_row WHERE id IN (SELECT value FROM json_each(?))"


class Wanted(Struct, frozen=True):
    """What is asked for; what is empty or None is not.

    ``units`` are names of which one must be the unit's (a county's); ``choices`` key of a field -> the label ticked in it; ``week`` a Monday,
    ``undated`` those without a certain day; ``order`` every unit as the list is to have them; ``state`` a ``Status``, ``UNLISTED`` or ``UNREGISTERED``: without one, what counts.
    """

    words: str = ""
    unit: str = ""
    units: Sequence[str] | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    week: date | None = None
    undated: bool = False
    state: str = ""
    late: bool | None = None
    sort: str = "unit"
    order: Sequence[str] = ()
    descending: bool = False


def page(db: Database, wanted: Wanted, number: int = 1, size: int = PAGE) -> Page[Row]:
    """Rows with ``fields`` (plain values by key, of a registration or of a row of a table)."""
    forms, lines = conditions(wanted)
    told = [FORMS.format(listed=LISTED, where=one.sql) for one in forms] + [ROWS.format(where=one.sql) for one in lines]
    values = [value for one in (*forms, *lines) for value in one.values]
    if not told:
        return Page((), 0)
    db.register_function(natural, name="dictionary", deterministic=True, replace=True)
    base = f"WITH {PLACES}, found AS ({' UNION ALL '.join(told)})"
    by = SORTS.get(wanted.sort, SORTS["unit"])
    order = f"{by} IS NULL, {by} {'DESC' if wanted.descending else ''}, place, start IS NULL, start, dictionary(name), ref, line"
    rows = f"{base} SELECT found.* FROM found LEFT JOIN places USING (unit) ORDER BY {order}"
    in_order = json.dumps(list(wanted.order))
    found = page_of(db, rows, f"{base} SELECT count(*) FROM found", [in_order, *values], number, size)
    return Page(with_fields(db, found.rows), found.total, found.number, found.size)


def conditions(wanted: Wanted) -> tuple[list[Conditions], list[Conditions]]:
    """Of registrations, and of rows of tables; none where none of these is wanted."""
    forms, rows = states(wanted.state)
    if wanted.choices:  # tables tell none
        rows = []
    both = Conditions()
    if wanted.unit:
        both = both.also("s.unit = ?", wanted.unit)
    if wanted.units is not None:
        both = both.also("s.unit IN (SELECT value FROM json_each(?))", json.dumps(list(wanted.units)))
    if wanted.late is not None:
        both = both.also("s.is_late = ?", int(wanted.late))
    for key, label in wanted.choices.items():
        noted = f"{label}："
        both = both.also(TICKED, key, label, noted, noted)
    return (
        [
            narrowed(one.and_all(both), wanted, "s.id", search.FORM, "s.content ->> '$.fields.start_date'")
            for one in forms
        ],
        [narrowed(one.and_all(both), wanted, "r.id", search.ROW, "r.content ->> '$.start_date'") for one in rows],
    )


def states(state: str) -> tuple[list[Conditions], list[Conditions]]:
    counts, alone = Conditions().also(COUNTS), Conditions().also(ALONE)
    if state == UNLISTED:
        return [counts.also(f"NOT {LISTED}")], []
    if state == UNREGISTERED:
        return [], [alone]
    if not state:
        return [counts], [alone]
    told = Conditions().also("s.status = ?", state)
    return [told], [] if state in GONE else [alone.and_all(told)]


def narrowed(found: Conditions, wanted: Wanted, identity: str, shelf: str, day: str) -> Conditions:
    if wanted.words:
        found = found.also(f"{identity} {search.found(shelf)}", search.matching(wanted.words))
    if wanted.week:
        found = found.also(f"{day} >= ? AND {day} < ?", wanted.week.isoformat(), (wanted.week + WEEK).isoformat())
    return found.also(f"coalesce({day}, '') = ''") if wanted.undated else found


def with_fields(db: Database, rows: Sequence[Row]) -> list[Row]:
    ids = {
        "form": [row["form"] for row in rows if row["line"] is None],
        "line": [row["line"] for row in rows if row["line"]],
    }
    kept = {
        (kind, one["id"]): json.loads(one["fields"] or "{}")
        for kind, sql in (("form", FIELDS), ("line", LINES))
        for one in db.query(sql, [json.dumps(ids[kind])])
    }
    return [{**row, "fields": kept[("line", row["line"]) if row["line"] else ("form", row["form"])]} for row in rows]


def units(db: Database) -> list[str]:
    """Every unit that has a form that stands, in no order."""
    sql = "SELECT DISTINCT unit FROM submission WHERE unit != '' AND is_current"
    return [row["unit"] for row in db.query(sql)]
