"""单位: the roster by group, who reported and who did not, whom to call, what each wrote last."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from starlette.responses import Response

from bot.decision.states import WORDS, unit_label
from bot.desk.listing import MOST_WORDS, Listing, asked
from bot.desk.visit import Visit, get
from bot.forms.units.roster import RosterUnit
from bot.store.lists import units
from bot.store.lists.bigrams import runs
from bot.store.lists.ordering import in_order
from bot.store.lists.paging import Row

STATES = {one: unit_label(one) for one in WORDS["unit"]}
EMPTY: Row = {
    **{"expected": 0, "registrations": 0, "summary_rows": 0, "reports": 0, "open": 0},
    **{"state": "missing", "last": None, "last_received_at": None},
}


class Line(Struct, frozen=True):
    """One unit: what the roster says of it (``listed`` None where it is not there), and what came."""

    name: str
    listed: RosterUnit | None
    sent: Row


def lines_of(visit: Visit) -> list[Line]:
    """Those of the roster in its order, then whoever else wrote."""
    roster, sent = visit.roster, units.all_of(visit.db)
    listed = {unit.name for unit in roster.units}
    lines = [Line(unit.name, unit, sent.get(unit.name, EMPTY)) for unit in roster.units]
    further = in_order((name for name in sent if name not in listed and "@" not in name), ())
    lines += [Line(name, None, sent[name]) for name in further]
    return lines


def holding(lines: Iterable[Line], written: str) -> list[Line]:
    """Those of which the *written* words tell; of marks alone none does."""
    words = "".join(runs(written))
    return [line for line in lines if words and words in "".join(runs(told_of(line)))]


def show(visit: Visit) -> Response:
    lines = lines_of(visit)
    group, state = asked(visit, "group"), asked(visit, "state")
    written = asked(visit, "q", MOST_WORDS)
    shown = [
        line
        for line in (holding(lines, written) if written else lines)
        if (not group or group_of(line) == group) and (not state or line.sent["state"] == state)
    ]
    names = list(dict.fromkeys(map(group_of, lines)))
    return visit.page(
        "units.html",
        listing=Listing("/units", {"q": written, "group": group, "state": state}),
        groups=[(name, found) for name in names if (found := [one for one in shown if group_of(one) == name])],
        names=names,
        states=STATES,
        counts={state: sum(one.sent["state"] == state for one in lines if one.listed) for state in STATES},
        shown=len(shown),
    )


def group_of(line: Line) -> str:
    return (line.listed.group or "名单") if line.listed else "名单以外"


def told_of(line: Line) -> str:
    """Where a word is looked for."""
    unit = line.listed
    return " ".join([line.name, *((unit.contact, *unit.aliases, *unit.emails, *unit.phones) if unit else ())])


ROUTES = (get("/units", show),)
