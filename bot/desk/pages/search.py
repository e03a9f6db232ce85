"""查找: the same words in everything at once, from the head of every page."""

from __future__ import annotations

from starlette.responses import Response

from bot.desk.listing import MOST_WORDS, asked
from bot.desk.pages.units import holding as units_holding
from bot.desk.pages.units import lines_of
from bot.desk.visit import Visit, get
from bot.store.lists.everything import holding
from bot.store.lists.search import FORM, MAIL, ROW

SHOWN = 15  # of each


def show(visit: Visit) -> Response:
    words = asked(visit, "q", MOST_WORDS)
    forms, rows, letters = (holding(visit.db, shelf, words, SHOWN) for shelf in (FORM, ROW, MAIL))
    units = units_holding(lines_of(visit), words) if words else []
    return visit.page(
        "search.html", looked_for=words, forms=forms, rows=rows, letters=letters, units=units, shown=SHOWN
    )


ROUTES = (get("/search", show),)
