"""``/healthz`` and ``/metrics`` for programs that watch the bot. Nobody logs in for them: they tell whether all is well, and counts."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.base.errors import BotError
from bot.base.sections.values import LOOPBACK
from bot.desk.desk import Desk
from bot.operation.health.told import metrics
from bot.operation.status import Status, read_status, reasons_of


def healthz(request: Request) -> Response:
    """200 or 503, without a word on what is wrong: that is for who is logged in."""
    desk: Desk = request.app.state.desk
    try:
        with desk.reading() as db:
            wrong = bool(reasons_of(db, desk.settings, desk.clock()))
    except (BotError, OSError, sqlite3.Error):
        wrong = True
    return PlainTextResponse("unhealthy\n" if wrong else "ok\n", 503 if wrong else 200)


def figures(request: Request) -> Response:
    """To those that the settings name; to this machine, too, where nobody else comes in from it."""
    desk: Desk = request.app.state.desk
    if not may_watch(desk, request.client.host if request.client else ""):
        raise HTTPException(404)
    now = desk.clock()
    status: Status | None = None
    with suppress(BotError, OSError, sqlite3.Error), desk.reading() as db:
        status = read_status(db, desk.settings, now)
    text = metrics(status, now, desk.settings.mailbox.name)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def may_watch(desk: Desk, address: str) -> bool:
    """Behind a proxy on this machine everybody seems to be this machine where the proxy does not say who it is."""
    settings = desk.settings.desk
    is_passed_on = bool(settings.proxy) or urlsplit(settings.url).hostname not in (None, *LOOPBACK)
    try:
        return address in settings.monitors or (ip_address(address).is_loopback and not is_passed_on)
    except ValueError:
        return False


ROUTES = (Route("/healthz", healthz), Route("/metrics", figures))
