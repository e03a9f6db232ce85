"""Who gets in, and every way around it that we could think of."""

from __future__ import annotations

import pytest

from tests.desk.conftest import COORDINATOR, PASSWORD, READER, Client, Open, Served


def test_a_stranger_sees_the_login_page_only(served: Served) -> None:
    stranger = served.client("")

    assert stranger.get("/").headers["location"] == "/login"
    assert "密码" in stranger.get("/login").text


def test_by_password_into_the_first_page(browse: Open) -> None:
    page = browse("/", address="")
    page.get_by_label("您的邮箱地址").fill(COORDINATOR)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
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
    for headers in ({"Origin": "https://harm.example.com"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/logout", {}, headers=headers).status_code == 403


def test_a_name_that_is_not_ours_is_refused(served: Served) -> None:
    """A page elsewhere may have its own name lead to this machine (DNS rebinding)."""
    client = served.client()
    assert client.get("/", headers={"Host": "harm.example.com"}).status_code == 421


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
