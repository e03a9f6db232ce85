"""One visit to a page: who comes, what he may read, what he sent; and the only two ways in which a page becomes a route.

``get`` gives a page a short connection that cannot write, and shows it to whoever is logged in. ``post`` lets an act be done only with the
token of a form that we showed to this very browser, and only by who may decide. A page module cannot forget either.
"""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from itsdangerous import BadSignature, URLSafeSerializer
from jinja2 import Environment
from msgspec import Struct, field
from sqlite_utils import Database
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.desk.desk import Desk, Person
from bot.desk.entry.seen import DONE, SEEN
from bot.desk.guarding import MOST_BYTES, parts_of
from bot.forms.units.roster import Roster
from bot.store.desk import entry
from bot.store.desk.overlay import as_of_now
from bot.store.files.raw import safe_name

T = TypeVar("T")

COOKIE, TOLD = "desk", "desk_told"
MOST_FIELDS = 2000
SEEN_INLINE = {"image/png", "image/jpeg"}  # what a browser shows and never runs


class Visit(Struct):
    """``db`` cannot write. ``form`` are the fields of an act (strings; empty for a page that is only looked at)."""

    request: Request
    desk: Desk
    db: Database
    person: Person | None
    token: str
    now: datetime
    form: FormData = field(default_factory=FormData)

    @property
    def who(self) -> str:
        """The address of who is logged in: stands in the journal beside what he did."""
        return self.person.address if self.person else ""

    @property
    def roster(self) -> Roster:
        """The admin's, with what was added to it at the desk."""
        return as_of_now(self.db, self.desk.roster)

    @property
    def ip(self) -> str:
        return self.request.client.host if self.request.client else ""

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @property
    def path(self) -> Mapping[str, Any]:
        """The parts of the address that the route names, as ``{ref}``."""
        return self.request.path_params

    def field(self, name: str, limit: int = 10_000) -> str:
        """One field of the form, stripped; "" where it is not there or a file."""
        value = self.form.get(name, "")
        return value.strip()[:limit] if isinstance(value, str) else ""

    def fields(self, name: str) -> list[str]:
        """Every value of a field that is there more than once, as ticked boxes are."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def page(self, template: str, code: int = 200, /, **words: Any) -> HTMLResponse:
        """*template* of ``templates/desk/`` filled in. The layout has ``person``, ``csrf``, ``here``, ``told`` besides."""
        looks: Environment = self.request.app.state.looks
        told = read_told(self)
        html = looks.get_template(template).render(
            person=self.person,
            csrf=csrf_of(self.token),
            here=self.request.url.path,
            told=told,
            now=self.now,
            pages=self.request.app.state.pages,
            office=self.desk.letters.office,
            **words,
        )
        response = HTMLResponse(html, code)
        if told:
            drop_cookie(self.desk, response, TOLD)
        return response

    def back_to(self, path: str, told: str = "") -> RedirectResponse:
        """After an act: to a page of ours, which shows *told* once."""
        response = RedirectResponse(own_path(path), 303)
        if told:
            signed = signer(self.desk).dumps(told[:300])
            keep_cookie(self.desk, response, TOLD, signed, 60)
        return response

    def download(self, name: str, data: bytes) -> Response:
        """Foreign bytes under their name, to be saved: no browser shows or runs them."""
        shown = safe_name(name) or "file"
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(shown, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        kind = mimetypes.guess_type(shown)[0] or ""
        safe = kind if kind.startswith("application/vnd.") else "application/octet-stream"
        return Response(data, media_type=safe, headers=headers)

    def picture(self, data: bytes, kind: str = "image/png") -> Response:
        """A picture that we drew or encoded ourselves, shown in a page."""
        if kind not in SEEN_INLINE:
            raise HTTPException(415)
        return Response(data, media_type=kind, headers={"Content-Security-Policy": "default-src 'none'; sandbox"})

    def frame(self, html: str, *, style: str = "", as_sent: bool = False) -> Response:
        """Foreign words drawn by us as a page of their own, for ``<iframe sandbox>``: no script, nothing fetched, no links out. *style* is the
        stylesheet that we put into it (in a sandbox a page has no origin, and is given no file of ours); *as_sent*: a letter of ours, which
        carries its own styles."""
        digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
        styles = "'unsafe-inline'" if as_sent else f"'sha256-{digest}'"
        policy = f"default-src 'none'; style-src {styles}; img-src data:; frame-ancestors 'self'; sandbox"
        headers = {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}
        return HTMLResponse(html, headers=headers)

    def there(self, found: T | None) -> T:
        """*found*, which is no None; else the page is not there."""
        if found is None:
            raise self.missing()
        return found

    def missing(self) -> HTTPException:
        """To be raised where what is asked for is not there."""
        return HTTPException(404)


Show = Callable[[Visit], Response]


def get(path: str, show: Show, *, for_strangers: bool = False) -> Route:
    """A page. *for_strangers*: nobody need be logged in."""

    def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        with desk.reading() as db:
            visit = visit_of(request, desk, db)
            if visit.person is None and not for_strangers:
                return to_login(request)
            request.app.state.log.add(visit.now, visit.who, visit.ip, SEEN, request.url.path)
            return new_cookie(visit, show(visit))

    return Route(path, endpoint, methods=["GET"], name=f"{show.__module__}.{show.__name__}")


def post(path: str, act: Show, *, for_strangers: bool = False, for_readers: bool = False) -> Route:
    """An act. *for_readers*: it changes nothing that is before the office (logging out)."""

    def perform(request: Request, form: FormData) -> Response:
        desk: Desk = request.app.state.desk
        with desk.reading() as db:
            visit = visit_of(request, desk, db)
            visit.form = form
            sent = form.get("csrf")
            if not cookie_of(request, desk, COOKIE) or not isinstance(sent, str):
                raise HTTPException(403)
            if not hmac.compare_digest(sent.encode(), csrf_of(visit.token).encode()):
                raise HTTPException(403)
            if not for_strangers and visit.person is None:
                return to_login(request)
            if not (for_strangers or for_readers) and not (visit.person and visit.person.may_decide):
                raise HTTPException(403)
            response = act(visit)
            request.app.state.log.add(visit.now, visit.who, visit.ip, DONE, request.url.path)
            return response

    async def endpoint(request: Request) -> Response:
        assert_own_origin(request)
        async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES) as form:
            return await run_in_threadpool(perform, request, form)

    return Route(path, endpoint, methods=["POST"], name=f"{act.__module__}.{act.__name__}")


def visit_of(request: Request, desk: Desk, db: Database) -> Visit:
    now = desk.clock()
    token = cookie_of(request, desk, COOKIE)
    session = entry.find_session(db, token, now) if token else None
    person = desk.person(session.address) if session else None
    if person is None and not request.app.state.strangers.may_look(request.client.host if request.client else ""):
        raise HTTPException(429)
    return Visit(request, desk, db, person, token or secrets.token_urlsafe(entry.TOKEN_BYTES), now)


def new_cookie(visit: Visit, response: Response) -> Response:
    """A browser without one gets its own, before anybody is logged in: what forms are answered with belongs to it. Logging in gives another."""
    if not cookie_of(visit.request, visit.desk, COOKIE):
        keep_cookie(visit.desk, response, COOKIE, visit.token)
    return response


def keep_cookie(desk: Desk, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    secure = desk.settings.desk.is_tls
    response.set_cookie(
        cookie_name(desk, name), value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure
    )


def drop_cookie(desk: Desk, response: Response, name: str) -> None:
    response.delete_cookie(cookie_name(desk, name), path="/")


def cookie_of(request: Request, desk: Desk, name: str) -> str:
    return request.cookies.get(cookie_name(desk, name), "")


def cookie_name(desk: Desk, name: str) -> str:
    """The desks of several mailboxes stand on one machine, and a browser gives its cookies to every port of it."""
    return f"{name}_{desk.settings.desk.port}" if desk.settings.mailbox.name else name


def csrf_of(token: str) -> str:
    return hashlib.sha256(f"csrf {token}".encode()).hexdigest()


def assert_own_origin(request: Request) -> None:
    """Browsers say where a form was sent from; one that says nothing has only its token."""
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    if (origin and parts_of(origin).netloc != request.headers.get("host", "")) or site not in ("same-origin", "none"):
        raise HTTPException(403)


def to_login(request: Request) -> Response:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    after = f"?{urlencode({'next': asked})}" if request.method == "GET" and asked != "/" else ""
    return RedirectResponse(f"/login{after}", 303)


def own_path(path: str) -> str:
    """*path* where it leads to a page of ours, else the first page: what a link or form says must lead nowhere else."""
    is_odd = not path.isprintable() or "\\" in path or not path.startswith("/") or path.startswith("//")
    parts = urlsplit(path) if not is_odd else None
    return path if parts and not parts.scheme and not parts.netloc else "/"


def signer(desk: Desk) -> URLSafeSerializer:
    return URLSafeSerializer(desk.secret, salt="told")


def read_told(visit: Visit) -> str:
    try:
        return str(signer(visit.desk).loads(cookie_of(visit.request, visit.desk, TOLD)))
    except BadSignature:
        return ""
