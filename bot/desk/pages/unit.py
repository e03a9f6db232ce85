"""一个单位的别名和邮箱: what the roster's file has, and what coordinators added, to be added to and taken away again."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from starlette.responses import Response

from bot.decision.office.reading import Act, Deed
from bot.decision.office.roster import KINDS
from bot.desk.listing import asked
from bot.desk.visit import Visit, get, post
from bot.operation.acting import Told, act
from bot.store.desk import overlay

DEEDS = {"add": Deed.LIST, "drop": Deed.UNLIST}


def show(visit: Visit) -> Response:
    return page(visit, asked(visit, "unit", 200))


def page(visit: Visit, name: str, written: str = "", result: Told | None = None) -> Response:
    """*written* is what could not be added, *result* why."""
    unit = visit.there(visit.roster.unit(name))
    return visit.page(
        "unit.html",
        unit=unit,
        listed=visit.desk.roster.unit(name),
        added=overlay.of_unit(visit.db, name),
        kinds=KINDS,
        key=secrets.token_hex(8),
        written=written,
        result=result,
    )


def change(visit: Visit) -> Response:
    """One name or address; by whom and when stands in the journal, and 待办 takes it back on the same day."""
    unit, value, deed = visit.field("unit", 200), visit.field("value", 300), DEEDS.get(visit.field("do"))
    if deed is None or not value:
        return page(visit, unit, value, Told((), ("没有改动：请写别名或邮箱地址。",)))
    with visit.desk.store() as store:
        told = act(visit.desk.hands(store), visit.who, [Act(deed, about=unit, text=value)], visit.field("key", 60))
    if told.faults:
        return page(visit, unit, value if deed is Deed.LIST else "", told)
    return visit.back_to(f"/units/names?unit={quote(unit)}", "\n".join(told.done))


ROUTES = (get("/units/names", show), post("/units/names", change))
