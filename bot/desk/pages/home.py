"""首页: the digest's first screen, live, and what needs a person."""

from __future__ import annotations

from starlette.responses import Response

from bot.desk.visit import Visit, get


def show(visit: Visit) -> Response:
    return visit.page("home.html")


ROUTES = (get("/", show),)
