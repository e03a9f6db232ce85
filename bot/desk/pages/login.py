"""Who gets in: by a link sent to the address, or by a password."""

from __future__ import annotations

import logging
from secrets import token_hex

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.base.domains import comparable_address
from bot.desk.desk import SESSION, Desk, Person
from bot.desk.entry import limits, passwords
from bot.desk.visit import COOKIE, Visit, drop_cookie, get, keep_cookie, own_path, post
from bot.intake.desk_link import link_letter
from bot.letters.model import Envelope
from bot.operation.handing_over import wake
from bot.store import outbox, token
from bot.store.desk import entry, links

log = logging.getLogger(__name__)

WRONG = "邮箱地址或密码不对。"
SENT = "如果这是协调人的邮箱，登录链接几分钟内会发到该邮箱，15分钟内有效。没有收到时，请查看垃圾邮件文件夹，或确认收件程序正在运行。"
OVER = "链接已用过或已过期。请重新索取。"


def show(visit: Visit) -> Response:
    if visit.person:
        return RedirectResponse(own_path(visit.query.get("next", "/")), 303)
    return page(visit, after=own_path(visit.query.get("next", "/")))


def page(
    visit: Visit, status: int = 200, *, after: str = "/", wrong: str = "", sent: str = "", address: str = ""
) -> Response:
    by_password = bool(visit.desk.settings.desk.passwords)
    return visit.page(
        "login.html", status, after=after, wrong=wrong, sent=sent, address=address, by_password=by_password
    )


def by_password(visit: Visit) -> Response:
    address, after = comparable_address(visit.field("address", 200)), own_path(visit.field("next", 500))
    with visit.desk.store() as store, store.transaction() as db:
        if not limits.may_try(db, limits.PASSWORD, visit.ip, address, visit.now):
            raise HTTPException(429)
        # Noted before the password is looked at: many tries at the same moment are counted, too.
        entry.note(db, visit.now, address, visit.ip, limits.PASSWORD)
    person = visit.desk.person(address)
    kept = visit.desk.settings.desk.passwords.get(person.address, "") if person else ""
    if not passwords.is_right(visit.field("password", 200), kept) or person is None:
        return page(visit, 401, after=after, wrong=WRONG, address=address)
    return let_in(visit, person, "password", after)


def ask_for_link(visit: Visit) -> Response:
    """The same answer, as quickly, whether the address is known or not."""
    address = comparable_address(visit.field("address", 200))
    with visit.desk.store() as store, store.transaction() as db:
        allowed = limits.may_try(db, limits.LINK, visit.ip, address, visit.now)
        if allowed:
            entry.note(db, visit.now, address, visit.ip, limits.LINK)
    if not allowed:
        raise HTTPException(429)
    response = page(visit, after=own_path(visit.field("next", 500)), sent=SENT)
    if person := visit.desk.person(address):
        response.background = BackgroundTask(mail_link, visit.desk, person)
    return response


def mail_link(desk: Desk, person: Person) -> None:
    now = desk.clock()
    key = f"desk:{token_hex(16)}"
    with desk.store() as store:
        message_id = token.message_id(store.db, key, desk.letters.office.domain)
        letter = link_letter(store, desk.settings.desk, desk.letters, Envelope(person.address), message_id, now)
        at = now.isoformat(timespec="seconds")
        with store.transaction() as db:
            outbox.queue(db, letter.mail, dedupe_key=key, created_at=at, template=letter.template)
            wake(db, at)
    log.info("desk link queued", extra={"to": person.address})


def show_link(visit: Visit) -> Response:
    """A link that was opened: mail scanners open every link, so this only shows the button that uses it."""
    if not links.whose(visit.db, visit.path["link"], visit.desk.secret, visit.now):
        return page(visit, 410, wrong=OVER)
    return visit.page("link.html", link=visit.path["link"])


def by_link(visit: Visit) -> Response:
    with visit.desk.store() as store, store.transaction() as db:
        address = links.use(db, visit.path["link"], visit.desk.secret, visit.now)
    person = visit.desk.person(address) if address else None
    if person is None:
        return page(visit, 410, wrong=OVER)
    return let_in(visit, person, "link", "/")


def let_in(visit: Visit, person: Person, way: str, after: str) -> Response:
    """With a session of its own: what the browser kept before counts no more, whoever may have put it there."""
    with visit.desk.store() as store, store.transaction() as db:
        entry.end_session(db, visit.token)
        session = entry.begin_session(db, person.address, way, visit.now, visit.now + SESSION)
        entry.note(db, visit.now, person.address, visit.ip, "login", detail=way)
    response = RedirectResponse(after, 303)
    keep_cookie(visit.desk, response, COOKIE, session, int(SESSION.total_seconds()))
    return response


def leave(visit: Visit) -> Response:
    with visit.desk.store() as store, store.transaction() as db:
        entry.end_session(db, visit.token)
        entry.note(db, visit.now, visit.who, visit.ip, "logout")
    response = RedirectResponse("/login", 303)
    drop_cookie(visit.desk, response, COOKIE)
    return response


ROUTES = (
    get("/login", show, for_strangers=True),
    post("/login", by_password, for_strangers=True),
    post("/login/link", ask_for_link, for_strangers=True),
    get("/login/{link}", show_link, for_strangers=True),
    post("/login/{link}", by_link, for_strangers=True),
    post("/logout", leave, for_readers=True),
)
