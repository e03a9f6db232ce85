"""活动: every activity that counts, filtered, searched, sorted; what is filtered as a workbook, or to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from starlette.responses import Response

from bot.decision.states import Status, listed_label, status_label
from bot.desk.listing import MOST_WORDS, Listing, asked, number_in, words_of
from bot.desk.visit import Visit, get
from bot.digest.workbook.listed import Listed, listed_workbook
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.model import Kind
from bot.store.lists import activities
from bot.store.lists.activities import UNLISTED, UNREGISTERED, Wanted
from bot.store.lists.ordering import in_order
from bot.store.lists.paging import EVERYTHING

LOOKS = {"count": "number", "phone": "phone", "daterange": "when"}
WEEK = timedelta(days=7)
CITY = "-"  # in the address: units that belong to no county
UNDATED = "-"
STATES = {
    **{one.value: status_label(one) for one in Status},
    **{one: listed_label(one) for one in (UNLISTED, UNREGISTERED)},
}
LATE = {"1": "逾期", "0": "按时"}
# Without a choice: the first fields of these kinds, in the form's order.
SHOWN = {"text": 2, "daterange": 1, "person": 1, "phone": 1, "count": 1}


class Column(Struct, frozen=True):
    """A field of the form as a column; ``sort`` where the list can go by it, ``look`` the class of its cells."""

    key: str
    label: str
    sort: str
    look: str


def show(visit: Visit) -> Response:
    definition = visit.desk.definitions.of_kind(Kind.REGISTRATION)
    counties = counties_of(visit)
    wanted = wanted_of(visit, counties, definition)
    listing = Listing("/activities", filters_of(visit, definition))
    is_print = asked(visit, "view") == "print"
    page = activities.page(visit.db, wanted, *((1, EVERYTHING) if is_print else (number_in(asked(visit, "page")),)))
    columns = columns_of(definition, visit.request.query_params.getlist("col"))
    return visit.page(
        "activities_print.html" if is_print else "activities.html",
        listing=listing,
        page=page,
        columns=columns,
        cells=[[words_of(row["fields"].get(column.key)) for column in columns] for row in page.rows],
        every=fields_of(definition),
        units=list(counties),
        counties=list(dict.fromkeys(filter(None, counties.values()))),
        choices=[spec for spec in definition.field if spec.kind == "choice"] if definition else [],
        weeks=weeks_of(visit),
        states=STATES,
        late=LATE,
        told_filters=told_of(listing),
    )


def workbook(visit: Visit) -> Response:
    """Everything that is filtered, with every field of the form."""
    definition = visit.desk.definitions.of_kind(Kind.REGISTRATION)
    counties = counties_of(visit)
    page = activities.page(visit.db, wanted_of(visit, counties, definition), 1, EVERYTHING)
    rows = [
        Listed(
            ref=row["ref"],
            unit=row["unit"],
            county=counties.get(row["unit"], ""),
            status=row["status"],
            is_late=bool(row["is_late"]),
            fields=row["fields"],
            received_at=row["received_at"],
        )
        for row in page.rows
    ]
    office = visit.desk.letters.office
    name = f"{office.campaign.name}活动{visit.now:%Y%m%d}.xlsx"
    return visit.download(name, listed_workbook(rows, definition, office.campaign.name))


def counties_of(visit: Visit) -> dict[str, str]:
    """Every unit with forms, in the order of the roster -> its county."""
    roster = visit.desk.roster
    units = in_order(activities.units(visit.db), [unit.name for unit in roster.units])
    return {unit: roster.county(unit) for unit in units}


def fields_of(definition: FormDefinition | None) -> Sequence[FieldSpec]:
    return definition.field if definition else ()


def wanted_of(visit: Visit, counties: dict[str, str], definition: FormDefinition | None) -> Wanted:
    county, week, late = asked(visit, "county"), asked(visit, "week"), asked(visit, "late")
    choices = {spec.key: asked(visit, spec.key) for spec in fields_of(definition) if spec.kind == "choice"}
    of_county = "" if county == CITY else county
    return Wanted(
        words=asked(visit, "q", MOST_WORDS),
        unit=asked(visit, "unit"),
        units=[unit for unit, one in counties.items() if one == of_county] if county else None,
        choices={key: label for key, label in choices.items() if label},
        week=monday_in(week),
        undated=week == UNDATED,
        state=state if (state := asked(visit, "state")) in STATES else "",
        late=late == "1" if late in LATE else None,
        sort=asked(visit, "sort"),
        order=list(counties),
        descending=bool(asked(visit, "down")),
    )


def filters_of(visit: Visit, definition: FormDefinition | None) -> dict[str, Any]:
    """What the address may hold, as it came; the page's links keep it."""
    names = ["q", "unit", "county", "week", "state", "late", "sort", "down"]
    names += [spec.key for spec in fields_of(definition) if spec.kind == "choice"]
    known = {spec.key for spec in fields_of(definition)}
    columns = [key for key in visit.request.query_params.getlist("col") if key in known]
    return {**{name: asked(visit, name) for name in names}, "col": columns}


def monday_in(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day - timedelta(days=day.weekday())


def weeks_of(visit: Visit) -> list[tuple[str, str]]:
    """(value, words) of each week of the campaign."""
    campaign = visit.desk.settings.campaign
    day = campaign.starts - timedelta(days=campaign.starts.weekday())
    found: list[tuple[str, str]] = []
    while day <= campaign.ends and len(found) < 60:
        end = day + WEEK - timedelta(days=1)
        found.append((day.isoformat(), f"{day.month}月{day.day}日—{end.month}月{end.day}日"))
        day += WEEK
    return [*found, (UNDATED, "时间未定")]


def columns_of(definition: FormDefinition | None, chosen: Sequence[str]) -> list[Column]:
    fields = fields_of(definition)
    keys = [spec.key for spec in fields if spec.key in chosen]
    if not keys:
        left = dict(SHOWN)
        for spec in fields:
            if left.get(spec.kind, 0):
                left[spec.kind] -= 1
                keys.append(spec.key)
    return [
        Column(spec.key, spec.label, sort_of(spec, definition), LOOKS.get(spec.kind, ""))
        for spec in fields
        if spec.key in keys
    ]


def sort_of(spec: FieldSpec, definition: FormDefinition | None) -> str:
    if definition and spec.key == definition.anchor:
        return "name"
    if spec.start == "start_date":
        return "start"
    return "people" if spec.key == "expected_public" else ""


def told_of(listing: Listing) -> list[str]:
    """The filters in words, above what is printed."""
    words = {"state": STATES, "late": LATE}
    known = ("q", "unit", "county", "week", "state", "late")
    return [words.get(key, {}).get(value, value) for key, value in listing.filters.items() if key in known and value]


ROUTES = (get("/activities", show), get("/activities.xlsx", workbook))
