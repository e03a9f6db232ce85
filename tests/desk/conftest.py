"""The desk as coordinators meet it: a store that the bot filled itself, served on a free port, seen with a real browser."""

from __future__ import annotations

import atexit
import functools
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bot.base.clock import make_clock
from bot.base.replacing import replace
from bot.base.settings import load_settings
from bot.desk.app import build
from bot.desk.desk import Desk, desk_of
from bot.desk.entry.passwords import hash_of
from bot.desk.serve import listening, server_of
from bot.documents.guard import Guard
from tests.desk.morning import NOW, mails
from tests.flow.office import QUIET, Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import ScriptedSmtp

COORDINATOR, SECOND, READER = "boss@example.gov.cn", "deputy@example.gov.cn", "leader@example.gov.cn"
PASSWORD = "correct horse battery"
SECTIONS = f"""
[[unit]]
name = "晋江市科学技术协会"
emails = ["unit@jinjiang.example.com"]
group = "县（市、区）科协"
[[unit]]
name = "石狮市科学技术协会"
emails = ["kexie@shishi.example.com"]
group = "县（市、区）科协"
[[unit]]
name = "安溪县科学技术协会"
emails = ["pdf@anxi.example.com"]
group = "县（市、区）科协"
[[unit]]
name = "德化县科学技术协会"
group = "县（市、区）科协"
[[unit]]
name = "永春县科学技术协会"
emails = ["yc@yongchun.example.com"]
group = "县（市、区）科协"
[[unit]]
name = "泉州市气象局"
group = "市直单位"
[desk]
read_only = ["{READER}"]
[desk.passwords]
"{COORDINATOR}" = "{hash_of(PASSWORD, 2**4)}"
"{SECOND}" = "{hash_of(PASSWORD, 2**4)}"
"{READER}" = "{hash_of(PASSWORD, 2**4)}"
"""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Office]:
    """The office after one cycle over the morning's mails. Never written to: ``desk_office`` is a copy."""
    smtp = ScriptedSmtp()
    smtp.start()
    try:
        user = dovecot.add_user("desk@example.com")
        office = Office(tmp_path_factory.mktemp("filled"), dovecot, user, smtp)
        office.configure(more=SECTIONS, coordinators=f'{QUIET}\nemails = ["{COORDINATOR}", "{SECOND}"]')
        config = office.path / "config.toml"
        config.write_text(
            config.read_text(encoding="utf-8").replace('emails = ["boss@example.gov.cn"]\n', ""), encoding="utf-8"
        )
        office.deliver(*mails())
        done = office.run("once", now=NOW)
        worked = office.view("SELECT count(*) AS n FROM v_messages WHERE outcome IS NOT NULL")[0]["n"]
        assert worked >= len(mails()), f"{done.returncode}: {done.stdout} {done.stderr}"
        yield office
    finally:
        smtp.stop()


@dataclass
class Served:
    """A desk at ``url``; ``office`` is its store's folder, ``desk`` what its pages are made from."""

    url: str
    office: Office
    desk: Desk
    end: Callable[[], None]
    visitors: dict[str, Client] = field(default_factory=dict)

    def visitor(self, address: str = COORDINATOR) -> Client:
        """Somebody who logged in once for all tests that only look."""
        if address not in self.visitors:
            self.visitors[address] = self.client(address)
        return self.visitors[address]

    def client(self, address: str = COORDINATOR) -> Client:
        """Somebody who has logged in; ``""`` for a stranger."""
        client = Client(self.url)
        if address:
            answer = client.post("/login", {"address": address, "password": PASSWORD, "next": "/"}, page="/login")
            assert answer.status_code == 303, answer.text
        return client


@dataclass(eq=False)
class Client:
    """A browser's wire side: keeps its cookies, follows no redirection, sends a form as the page that it stood on would."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False  # neither proxies nor certificates of this machine

    def get(self, path: str, **more: object) -> requests.Response:
        return self.session.get(self.url + path, allow_redirects=False, timeout=20, **more)  # type: ignore[arg-type]

    def csrf(self, page: str) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, path: str, data: dict[str, object], page: str = "/", **more: object) -> requests.Response:
        """*data* with the token of the form on *page*; ``page=""`` for none."""
        sent = {**({"csrf": self.csrf(page)} if page else {}), **data}
        return self.session.post(self.url + path, sent, allow_redirects=False, timeout=20, **more)  # type: ignore[arg-type]


Serve = Callable[[Office], Served]


@pytest.fixture
def desk_office(filled: Office, tmp_path: Path) -> Iterator[Office]:
    """A copy of the filled office that a test may change. The mailbox is everybody's: what a test delivers goes with it."""
    shutil.copytree(filled.path, tmp_path / "office")
    before = uids_in(filled)
    yield Office(tmp_path / "office", filled.dovecot, filled.user, filled.smtp)
    uids_in(filled, keep=before)


def uids_in(office: Office, keep: set[int] | None = None) -> set[int]:
    """The UIDs of the inbox; with *keep* all others are removed."""
    with office.dovecot.client(office.user) as client:
        client.select_folder("INBOX")
        found = set(client.search("ALL"))
        if keep is not None and found - keep:
            client.delete_messages(sorted(found - keep))
            client.expunge()
    return found


@functools.cache
def reading_guard() -> Guard:
    """One worker for all desks and offices of these tests: what starting it costs is no concern of theirs."""
    guard = Guard()
    atexit.register(guard.close)
    return guard


def start(office: Office, now: str = NOW) -> Served:
    """The office's desk on a free port; whoever starts it ends it."""
    settings = load_settings(office.path / "config.toml")
    settings = settings.model_copy(update={"desk": settings.desk.model_copy(update={"port": 0})})
    own = listening(settings)
    desk = desk_of(settings, make_clock(settings.schedule.zone, datetime.fromisoformat(now)))
    desk = replace(desk, guard=reading_guard())
    server = server_of(build(desk), settings)
    thread = threading.Thread(target=server.run, args=([own],), daemon=True)
    thread.start()

    def end() -> None:
        server.should_exit = True
        thread.join(10)
        own.close()
        desk.counted.close()

    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    return Served(f"http://127.0.0.1:{own.getsockname()[1]}", office, desk, end)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves an office on a free port until the test ends."""
    begun: list[Served] = []

    def serving(office: Office, now: str = NOW) -> Served:
        begun.append(start(office, now))
        return begun[-1]

    yield serving
    for one in begun:
        one.end()


@pytest.fixture
def served(serve: Serve, desk_office: Office) -> Served:
    return serve(desk_office)


@pytest.fixture(scope="session")
def shown(filled: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk that tests only look at: nothing is changed there but its log, nobody logs out, and each address logs in once."""
    folder = tmp_path_factory.mktemp("shown")
    shutil.copytree(filled.path, folder / "office")
    found = start(replace(filled, path=folder / "office"))
    yield found
    found.end()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


Open = Callable[..., Page]


def context_of(
    chromium: Browser, served: Served, address: str, width: int, dark: bool, scripts: bool
) -> BrowserContext:
    context = chromium.new_context(
        base_url=served.url,
        viewport={"width": width, "height": 768 if width > 600 else 667},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        locale="zh-CN",
    )
    if address:
        cookies = served.visitor(address).session.cookies
        context.add_cookies([{"name": one.name, "value": str(one.value), "url": served.url} for one in cookies])
    return context


@pytest.fixture
def browse(chromium: Browser, served: Served) -> Iterator[Open]:
    """``browse("/todo", width=375, dark=True, scripts=False)``: a page on which *address* is logged in already."""
    contexts = []

    def opened(
        path: str = "/", address: str = COORDINATOR, width: int = 1366, dark: bool = False, scripts: bool = True
    ) -> Page:
        contexts.append(context_of(chromium, served, address, width, dark, scripts))
        page = contexts[-1].new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def windows(chromium: Browser, shown: Served) -> Iterator[Callable[[int, bool, bool], BrowserContext]]:
    """One browser for each kind of screen."""
    kept = functools.cache(functools.partial(context_of, chromium, shown, COORDINATOR))
    found = []

    def window(width: int, dark: bool, scripts: bool) -> BrowserContext:
        found.append(kept(width, dark, scripts))
        return found[-1]

    yield window
    for context in dict.fromkeys(found):
        context.close()


@pytest.fixture
def look(windows: Callable[[int, bool, bool], BrowserContext]) -> Iterator[Open]:
    """As ``browse``, at the desk that is ``shown``."""
    pages = []

    def opened(path: str = "/", width: int = 1366, dark: bool = False, scripts: bool = True) -> Page:
        pages.append(windows(width, dark, scripts).new_page())
        pages[-1].goto(path)
        return pages[-1]

    yield opened
    for page in pages:
        page.close()
