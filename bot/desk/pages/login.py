"""Who gets in: by a password, or by a link sent to the address."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.desk.desk import SESSION
from bot.desk.entry import passwords
from bot.desk.visit import COOKIE, Visit, get, keep_cookie, own_path, post
from bot.store.desk import entry

WRONG = "邮箱地址或密码不对。"


def show(visit: Visit) -> Response:
    return visit.page("login.html", after=own_path(visit.query.get("next", "/")), wrong="", address="")


def by_password(visit: Visit) -> Response:
    address, after = visit.field("address", 200), own_path(visit.field("next", 500))
    person = visit.desk.person(address)
    kept = visit.desk.settings.desk.passwords.get(person.address, "") if person else ""
    if not passwords.is_right(visit.field("password", 200), kept) or person is None:
        note(visit, "refused", address)
        return visit.page("login.html", 401, after=after, wrong=WRONG, address=address)
    return let_in(visit, person.address, "password", after)


def let_in(visit: Visit, address: str, way: str, after: str) -> Response:
    """With a session of its own: what the browser kept before counts no more, whoever may have put it there."""
    with visit.desk.store() as store, store.transaction() as db:
        entry.end_session(db, visit.token)
        token = entry.begin_session(db, address, way, visit.now, visit.now + SESSION)
        entry.note(db, visit.now, address, visit.ip, "login", detail=way)
    response = RedirectResponse(after, 303)
    keep_cookie(visit.desk, response, COOKIE, token, int(SESSION.total_seconds()))
    return response


def leave(visit: Visit) -> Response:
    with visit.desk.store() as store, store.transaction() as db:
        entry.end_session(db, visit.token)
        entry.note(db, visit.now, visit.who, visit.ip, "logout")
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def note(visit: Visit, what: str, who: str) -> None:
    with visit.desk.store() as store, store.transaction() as db:
        entry.note(db, visit.now, who, visit.ip, what)


ROUTES = (
    get("/login", show, for_strangers=True),
    post("/login", by_password, for_strangers=True),
    post("/logout", leave, for_readers=True),
)
