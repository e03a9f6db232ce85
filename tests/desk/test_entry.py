"""Who gets in, and every way around it that we could think of."""

from __future__ import annotations

import re
from email.message import EmailMessage
from http.client import HTTPConnection

import pytest

from bot.desk.app import PAGES
from tests.desk.conftest import COORDINATOR, PASSWORD, READER, SECOND, Client, Open, Serve, Served
from tests.desk.test_everywhere import pages_from
from tests.desk.waiting import until
from tests.flow.office import text_of
from tests.flow.samples import mail


def test_a_stranger_sees_the_login_page_only(served: Served) -> None:
    stranger = served.client("")

    assert stranger.get("/").headers["location"] == "/login"
    assert "密码" in stranger.get("/login").text
    assert stranger.get("/login?next=/units").status_code == 200


def doors() -> list[tuple[str, str]]:
    """(method, address) of every page and every act, also of those to come."""
    routes = [route for page in PAGES for route in page.ROUTES]
    paths = [(route.methods or (), re.sub(r"\{ref\}", "KP2023-0001", route.path)) for route in routes]
    return [
        (one, re.sub(r"\{\w+\}", "1", path)) for methods, path in paths for one in ("GET", "POST") if one in methods
    ]


def test_every_door_is_shut_to_strangers_and_every_act_to_readers_and_to_forms_of_others(shown: Served) -> None:
    """Nor is anything done by looking at an address."""
    stranger, reader, person = shown.client(""), shown.visitor(READER), shown.visitor()
    tokens = {one: one.csrf(page) for one, page in ((stranger, "/login"), (reader, "/"))}
    assert len(doors()) > 40
    before = shown.office.view("SELECT count(*) AS n FROM mail")
    for method, path in doors():
        if path.startswith("/login") or path in ("/healthz", "/metrics"):  # for programs: whether all is well, counts
            continue
        if method == "GET":
            assert stranger.get(path).headers["location"].startswith("/login"), path
            continue
        assert stranger.post(path, {"csrf": tokens[stranger]}, page="").headers["location"] == "/login", path
        assert person.post(path, {}, page="").status_code == 403, path
        assert person.post(path, {"csrf": tokens[reader]}, page="").status_code == 403, path
        if path != "/logout":
            assert reader.post(path, {"csrf": tokens[reader]}, page="").status_code == 403, path
            assert ("GET", path) in doors() or person.get(path).status_code == 405, path
    assert shown.office.view("SELECT count(*) AS n FROM mail") == before


def test_by_password_into_the_first_page(browse: Open) -> None:
    page = browse("/", address="")
    page.get_by_label("邮箱地址", exact=True).fill(COORDINATOR)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    assert page.locator("nav a[aria-current]").inner_text() == "首页"
    page.get_by_role("button", name="退出").click()
    assert page.url.endswith("/login")
    page.goto("/")
    assert page.url.endswith("/login")


@pytest.mark.parametrize(
    ("address", "password"),
    [(COORDINATOR, "wrong"), (COORDINATOR, ""), ("stranger@example.com", PASSWORD), ("", PASSWORD), (READER, "x")],
)
def test_not_with_another_password(served: Served, address: str, password: str) -> None:
    client = served.client("")
    answer = client.post("/login", {"address": address, "password": password}, page="/login")
    assert answer.status_code == 401
    assert client.get("/").status_code == 303


def test_logging_in_gives_another_cookie(served: Served) -> None:
    """Whoever put a cookie of his own into the browser before has nothing of what comes after."""
    planted = Client(served.url)
    planted.session.cookies.set("desk", "planted-by-somebody-else", domain="127.0.0.1", path="/")
    answer = planted.post("/login", {"address": COORDINATOR, "password": PASSWORD}, page="/login")
    assert answer.status_code == 303
    assert {"httponly", "samesite=lax"} <= set(answer.headers["set-cookie"].lower().split("; "))
    thief = Client(served.url)
    thief.session.cookies.set("desk", "planted-by-somebody-else", domain="127.0.0.1", path="/")
    assert thief.get("/").status_code == 303
    assert planted.get("/").status_code == 200


def test_a_form_without_the_token_of_this_browser_does_nothing(served: Served) -> None:
    one, other = served.client(), served.client()
    for sent in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": other.csrf("/")}):
        assert one.post("/logout", sent, page="").status_code == 403
    assert one.get("/").status_code == 200
    assert one.post("/logout", {}).status_code == 303


def test_a_form_from_elsewhere_does_nothing(served: Served) -> None:
    client = served.client()
    origins = ("https://harm.example.com", "null", "http://[no-address")
    for headers in (*({"Origin": origin} for origin in origins), {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/logout", {}, headers=headers).status_code == 403


@pytest.mark.parametrize("parts", [None, {"text": (None, "长" * 1_000_000)}])
def test_too_much_is_refused_as_too_much(served: Served, parts: dict[str, tuple[None, str]] | None) -> None:
    """However it is sent, and the browser hears it."""
    client, url = served.client(""), f"{served.url}/login/link"
    data = {"csrf": client.csrf("/login"), "address": "" if parts else "长" * 1_000_000}
    answer = client.session.post(url, data=data, files=parts, timeout=20)
    assert answer.status_code == 413 and "内容太多" in answer.text


def test_a_name_that_is_not_ours_is_refused(served: Served) -> None:
    """A page elsewhere may have its own name lead to this machine (DNS rebinding)."""
    for name in ("harm.example.com", "127.0.0.1@harm.example.com", "[::1", ""):
        connection = HTTPConnection(served.url.removeprefix("http://"), timeout=20)
        connection.request("GET", "/login", headers={"Host": name})
        assert connection.getresponse().status == 421, name
        connection.close()


@pytest.mark.parametrize(
    "after",
    [
        "//harm.example.com/",
        "https://harm.example.com",
        "/\\harm.example.com",
        "javascript:alert(1)",
        "/\t/harm.example.com",
    ],
)
def test_after_login_no_way_leads_elsewhere(served: Served, after: str) -> None:
    client = served.client("")
    answer = client.post("/login", {"address": COORDINATOR, "password": PASSWORD, "next": after}, page="/login")
    assert answer.headers["location"] == "/"


def test_every_page_binds_the_browser(served: Served) -> None:
    client = served.client()
    for path in ("/", "/login", "/not-there", "/static/desk.css", "/static/../app.py", "/static/%2e%2e/app.py"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert client.get("/static/%2e%2e/app.py").status_code == 404


def link_in(mail: EmailMessage) -> str:
    """The path of the link that a mail shows, the same in both its parts."""
    found = set(re.findall(r"/login/[\w.-]+", text_of(mail)))
    html = mail.get_body(("html",))
    assert html is not None
    assert set(re.findall(r"/login/[\w.-]+", html.get_content())) == found
    assert len(found) == 1
    return found.pop()


def asked_link(served: Served, address: str = COORDINATOR, client: Client | None = None) -> str:
    """A link that was asked for on the page, out of the mail that the bot sent then."""
    before = len(served.office.sent)
    answer = (client or served.client("")).post("/login/link", {"address": address}, page="/login")
    assert "15分钟" in answer.text
    queued = "SELECT 1 FROM v_outbox WHERE to_addr = ? AND subject LIKE '%登录%' AND status = 'queued'"
    assert until(lambda: bool(served.office.view(queued, address))), "a moment after the page"
    served.office.run("once", now="2023-08-25T12:05+08:00")
    mails = [one for one in served.office.sent[before:] if one["To"].addresses[0].addr_spec == address]
    assert len(mails) == 1
    return link_in(mails[0])


def test_a_link_lets_in_once_and_only_by_its_button(served: Served) -> None:
    link = asked_link(served)
    scanner, thief, person = served.client(""), served.client(""), served.client("")
    for _ in range(2):
        assert "登录" in scanner.get(link).text
        assert scanner.session.head(served.url + link).status_code == 200
    assert person.post(link, {}, page=link).headers["location"] == "/"
    assert COORDINATOR in person.get("/").text
    assert thief.get(link).status_code == 410
    csrf = thief.csrf("/login")
    assert thief.post(link, {"csrf": csrf}, page="").status_code == 410
    assert thief.get("/").status_code == 303


def test_a_link_is_over_after_a_quarter_of_an_hour(served: Served, serve: Serve) -> None:
    link = asked_link(served)
    later = serve(served.office, "2023-08-25T12:16+08:00")
    assert later.client("").get(link).status_code == 410
    assert served.client("").get(link).status_code == 200


def test_a_session_is_over_after_half_a_day(served: Served, serve: Serve) -> None:
    session = served.client().session
    for now, status in (("2023-08-25T23:55+08:00", 200), ("2023-08-26T00:05+08:00", 303)):
        other = serve(served.office, now)
        client = Client(other.url)
        client.session.cookies.update(session.cookies)
        assert client.get("/").status_code == status


@pytest.mark.parametrize("link", ["/login/x", "/login/ImFiYyI.wrong-signature", "/login/..%2f..%2fetc", "/login/%00"])
def test_a_made_up_link_opens_nothing(served: Served, link: str) -> None:
    client = served.client("")
    assert client.get(link).status_code in {404, 410}
    assert client.post(link, {}, page="/login").status_code in {404, 405, 410}
    assert client.get("/").status_code == 303


def test_whoever_asks_does_not_learn_who_may_come_in(served: Served) -> None:
    client = served.client("")
    known, unknown = (
        client.post("/login/link", {"address": one}, page="/login").text.replace(one, "")
        for one in (COORDINATOR, "stranger@example.com")
    )
    csrf = client.csrf("/login")
    assert known.replace(csrf, "") == unknown.replace(csrf, "")
    queued = "SELECT 1 FROM v_outbox WHERE to_addr = ? AND subject LIKE '%登录%' AND status = 'queued'"
    assert until(lambda: bool(served.office.view(queued, COORDINATOR))), "a moment after the page"
    served.office.run("once", now="2023-08-25T12:05+08:00")
    assert not [one for one in served.office.sent if "stranger@example.com" in str(one["To"])]


def test_nobody_is_flooded_with_links_or_guesses_passwords_for_long(served: Served) -> None:
    client = served.client("")
    asked = [client.post("/login/link", {"address": COORDINATOR}, page="/login").status_code for _ in range(6)]
    assert asked == [200] * 4 + [429] * 2
    tried = [
        client.post("/login", {"address": f"a{n}@example.com", "password": "x"}, page="/login").status_code
        for n in range(22)
    ]
    assert tried == [401] * 20 + [429] * 2


def test_a_stranger_does_not_keep_the_machine_busy(served: Served) -> None:
    person, stranger = served.client(), served.client("")
    seen = [stranger.get("/login").status_code for _ in range(220)]
    assert seen[0] == 200 and seen[-1] == 429
    assert person.get("/").status_code == 200


def test_nobody_finds_the_link_of_another_on_a_page(served: Served) -> None:
    link = asked_link(served)
    for address in (READER, SECOND):
        pages = pages_from(served.client(address))
        assert [path for path in pages if path.startswith("/outbox/")]
        assert not [path for path, text in pages.items() if link in text]
    client = served.client(READER)
    letter = served.office.view("SELECT id FROM v_outbox WHERE subject LIKE '%登录%'")[0]["id"]
    for path in ("", "/page", "/original", "/files/1"):
        assert link.encode() not in client.get(f"/outbox/{letter}{path}").content
    assert client.get(f"/outbox/{letter}/original").status_code == 404


def test_workbench_by_mail(served: Served) -> None:
    """A coordinator who writes «工作台» gets his link; who only says that he is one does not."""
    office, before = served.office, len(served.office.sent)
    proven = {"Authentication-Results": "example.com; dmarc=pass header.from=example.gov.cn; spf=pass"}
    office.deliver(
        mail(sender=COORDINATOR, subject="你好", text="请发一下工作台的登录链接，谢谢", headers=proven),
        mail(sender=SECOND, subject="工作台", text="工作台"),
        mail(sender="unit@jinjiang.example.com", subject="工作台", text="工作台"),
    )
    office.once()
    links = {
        one["To"].addresses[0].addr_spec: link_in(one) for one in office.sent[before:] if "/login/" in text_of(one)
    }
    assert list(links) == [COORDINATOR]
    client = served.client("")
    client.post(links[COORDINATOR], {}, page=links[COORDINATOR])
    assert COORDINATOR in client.get("/").text


def test_whoever_is_no_longer_named_is_out_at_once(served: Served, serve: Serve) -> None:
    session = served.client(SECOND).session
    config = served.office.path / "config.toml"
    text = config.read_text(encoding="utf-8").replace(f', "{SECOND}"]', "]")
    config.write_text("\n".join(line for line in text.split("\n") if not line.startswith(f'"{SECOND}"')), "utf-8")
    client = Client(serve(served.office).url)
    client.session.cookies.update(session.cookies)
    assert client.get("/").status_code == 303


def test_what_was_tried_and_done_stands_in_the_log_without_what_lets_in(served: Served) -> None:
    client = served.client("")
    client.post("/login", {"address": COORDINATOR, "password": "wrong one"}, page="/login")
    client.post("/login", {"address": COORDINATOR, "password": PASSWORD}, page="/login")
    client.post("/logout", {})
    rows = served.office.view("SELECT what, who, ip FROM desk_log ORDER BY id")
    assert [row["what"] for row in rows] == ["password_tried", "password_tried", "login", "logout"]
    assert {(row["who"], row["ip"]) for row in rows} == {(COORDINATOR, "127.0.0.1")}
    again = served.client()
    kept = b"".join(path.read_bytes() for path in (served.office.path / "data").glob("intake.db*"))
    for secret in (PASSWORD, "wrong one", again.session.cookies["desk"]):
        assert secret.encode() not in kept
