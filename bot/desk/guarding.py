"""What stands before every page: whom we serve, how much is taken, and the headers that bind the browser."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.base.sections.desk import DeskSettings
from bot.base.sections.values import LOOPBACK

MOST_BYTES = 2 * 2**20  # of one form
DRAINED = (
    32 * 2**20
)  # are taken all the same before too much is refused: a browser that is cut off while it sends shows no answer
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not «no-referrer»: then browsers would not say where a form comes from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
ONE_YEAR = "max-age=31536000"


class TooMuch(HTTPException):
    def __init__(self) -> None:
        super().__init__(413)


class Guarding:
    """ASGI around the pages. Names that are none of ours are refused: a page elsewhere could have its own name point at this machine."""

    def __init__(self, app: ASGIApp, settings: DeskSettings) -> None:
        self.app, self.settings = app, settings
        self.names = {*LOOPBACK, settings.host, (urlsplit(settings.url).hostname or settings.host)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self.is_served(scope) or not self.is_our_name(headers.get("host", "")):
            await PlainTextResponse("不在本机或代理之外提供服务", 421)(scope, receive, self.with_headers(send))
            return
        await self.app(self.by_proxy(scope, headers), limited(receive), self.with_headers(send))

    def is_served(self, scope: Scope) -> bool:
        return not self.settings.proxy or (scope.get("client") or ("",))[0] in self.settings.proxy

    def is_our_name(self, host: str) -> bool:
        name = (parts_of(f"//{host}").hostname or "").lower()
        return name in self.names or (self.settings.host in ("0.0.0.0", "::") and bool(self.settings.tls_cert))

    def by_proxy(self, scope: Scope, headers: Headers) -> Scope:
        """Who is behind the proxy: the last that it names itself; what stands before that the browser may have written."""
        behind = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return {**scope, "client": (behind, 0), "scheme": "https"} if self.settings.proxy and behind else scope

    def with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.settings.is_tls:
                    headers.setdefault("Strict-Transport-Security", ONE_YEAR)
            await send(message)

        return sending


def parts_of(address: str) -> SplitResult:
    """The parts of what a header says; none of what is no address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def limited(receive: Receive) -> Receive:
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken <= MOST_BYTES:
            return message
        while message.get("more_body") and taken <= DRAINED:
            message = await receive()
            taken += len(message.get("body", b""))
        raise TooMuch

    return receiving
