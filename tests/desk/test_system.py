"""运行: what «status» and «check» say; never a secret, and no whole address or number in the log."""

from __future__ import annotations

import re

import pytest

from tests.desk.conftest import COORDINATOR, PASSWORD, READER, Open, Serve, Served
from tests.flow.office import Office
from tests.flow.samples import GOOD
from tests.servers.dovecot import PASSWORD as MAIL_PASSWORD


def test_what_check_says_on_the_page(browse: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TEST_PASSWORD", MAIL_PASSWORD)
    page = browse("/system")
    page.get_by_role("button", name="现在检查").click()
    found = page.locator("section[aria-labelledby=check] li").all_inner_texts()
    assert [one for one in found if one.startswith("正常 收信")]
    assert [one for one in found if one.startswith("正常 数据库")]


def test_moments_are_written_as_people_write_them(serve: Serve, desk_office: Office) -> None:
    client = serve(desk_office, "2023-08-25T14:30+08:00").client()
    text = client.get("/system").text
    assert "上次成功收信是2023年8月25日（星期五）12:00，与现在相差超过30分钟" in text
    assert "（截止当天）" in client.get("/reports").text


def test_the_log_is_told_by_the_office_s_clock(serve: Serve, desk_office: Office) -> None:
    """Wherever the machine's clock stands."""
    line = "2023-08-25T20:15:09.123-05:00 INFO    mail worked off mail=7\n"
    with (desk_office.path / "data" / "recent.log").open("a", encoding="utf-8") as log:
        log.write(line)
    assert "2023-08-26 09:15:09 INFO    mail worked off mail=7" in serve(desk_office).client().get("/system").text


def test_who_only_looks_starts_no_check(shown: Served) -> None:
    client = shown.visitor(READER)
    assert client.get("/system").status_code == 200
    assert "现在检查" not in client.get("/system").text
    assert client.post("/system/check", {}).status_code == 403
    assert "登录和查看" not in client.get("/system").text


def test_no_secret_and_no_persons_number_on_the_page(shown: Served) -> None:
    text = shown.visitor().get("/system").text
    config = (shown.office.path / "config.toml").read_text(encoding="utf-8")
    secrets = [PASSWORD, MAIL_PASSWORD, *re.findall(r"scrypt\S+?(?=\")", config), shown.desk.secret]
    assert len(secrets) > 4
    assert not [one for one in secrets if one in text]
    log = re.search(r"<pre>(.*?)</pre>", text, re.DOTALL)
    assert log
    assert "已处理一封来信" in log[1]
    senders = {row["from_addr"] for row in shown.office.view("SELECT from_addr FROM v_messages")}
    assert not [one for one in (*senders, COORDINATOR, GOOD["mobile"]) if one in log[1]]


def test_the_configuration_as_understood(shown: Served) -> None:
    text = shown.visitor().get("/system").text
    for key, value in (("poll_every", "2s"), ("give_up_after", "3d"), ("max_part", "40MB"), ("read_only", READER)):
        assert re.search(rf"{key}</code></dt><dd>{re.escape(value)}</dd>", text), key
    assert "move_to" not in text


def test_who_looked_at_what_stands_in_the_log(served: Served) -> None:
    client = served.client()
    for _ in range(3):
        client.get("/system")
    client.post("/logout", {})
    served.end()
    rows = served.office.view("SELECT what, who, path FROM desk_log WHERE what IN ('seen', 'done') ORDER BY id")
    assert rows == [
        {"what": "seen", "who": COORDINATOR, "path": "/system"},
        {"what": "seen", "who": COORDINATOR, "path": "/"},
        {"what": "done", "who": COORDINATOR, "path": "/logout"},
    ]
