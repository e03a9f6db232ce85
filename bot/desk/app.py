"""The pages as one program: routes from each module's ``ROUTES``, the guard before them, and what is shown where something is wrong."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.base.errors import BotError, cause_and_file
from bot.desk.desk import Desk
from bot.desk.entry.limits import Strangers
from bot.desk.entry.seen import SeenLog
from bot.desk.guarding import Guarding
from bot.desk.looks import environment
from bot.desk.pages import (
    activities,
    activity,
    health,
    home,
    letters,
    login,
    orders,
    original,
    outbox,
    reports,
    search,
    system,
    todo,
    unit,
    units,
)
from bot.store.database import remedy_of

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
PAGES = (
    activities,
    activity,
    health,
    home,
    letters,
    login,
    orders,
    original,
    outbox,
    reports,
    search,
    system,
    todo,
    unit,
    units,
)
WRONG = {
    403: ("没有做", "这一页可能已经过期，或者您的账号只能查看。请回到上一页刷新后再试。"),
    404: ("没有这一页", "要找的内容可能已被合并、撤回或清除，也可能地址不完整。"),
    413: ("内容太多", "请减少文字后再提交。"),
    429: ("太频繁了", "请过几分钟再试。"),
}


def build(desk: Desk) -> Starlette:
    app = Starlette(
        routes=[
            *(route for page in PAGES for route in page.ROUTES),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        lifespan=writing_the_log,
        middleware=[Middleware(Guarding, settings=desk.settings.desk)],
        exception_handlers={
            HTTPException: refused,
            BotError: store_unusable,
            OSError: store_unusable,
            sqlite3.Error: store_unusable,
            Exception: failed,
        },
    )
    app.state.desk = desk
    app.state.strangers = Strangers()
    app.state.pages = {route.path for page in PAGES for route in page.ROUTES}
    app.state.log = SeenLog(desk)
    app.state.looks = environment(desk.settings.schedule.zone)
    return app


@contextlib.asynccontextmanager
async def writing_the_log(app: Starlette) -> AsyncIterator[None]:
    with app.state.log.writing():
        yield


async def refused(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    title, text = WRONG.get(code, ("不能这样做", "请回到上一页再试。"))
    return await wrong(request, code, title, text)


async def store_unusable(request: Request, error: Exception) -> Response:
    """Mails go on being received where they can be; here nothing can be shown."""
    text = str(error) if isinstance(error, BotError) else f"数据目录不能读写。处理办法：{remedy_of(error)}"
    log.error("desk cannot use the store", extra={"reason": cause_and_file(error)})
    return await wrong(request, 503, "暂时看不了", text)


async def failed(request: Request, error: Exception) -> Response:
    """A fault of ours: the log says where, the page only that. Starlette raises it again, and uvicorn logs it."""
    log.error("page failed", extra={"path": request.url.path}, exc_info=error)
    return await wrong(request, 500, "程序出错", "请把这一页的地址和时间告诉维护人员；收信和答复不受影响。")


async def wrong(request: Request, code: int, title: str, text: str) -> Response:
    template, desk = request.app.state.looks.get_template("wrong.html"), request.app.state.desk
    words = {"title": title, "text": text, "person": None, "told": "", "office": desk.letters.office}
    return HTMLResponse(await run_in_threadpool(template.render, words), code)
