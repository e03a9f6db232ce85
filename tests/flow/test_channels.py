"""Group robots hear of what waits, too: what each of them takes, signed as it asks, and nothing of what a person wrote."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.flow import samples
from tests.flow.office import Office
from tests.flow.test_notices import notices
from tests.servers.robot import Robot, robot

UNIT = "石狮市科学技术协会"
CHANNELS = """[[unit]]
name = "石狮市科学技术协会"
emails = ["shishi@example.net"]
[[notify]]
kind = "wecom"
url_env = "ROBOT_WECOM"
[[notify]]
kind = "dingtalk"
url_env = "ROBOT_DINGTALK"
secret_env = "ROBOT_DINGTALK_SECRET"
[[notify]]
kind = "feishu"
url_env = "ROBOT_FEISHU"
secret_env = "ROBOT_FEISHU_SECRET"
[[notify]]
kind = "webhook"
url_env = "ROBOT_OWN"
"""
ONE = '[[notify]]\nkind = "wecom"\nurl_env = "ROBOT_WECOM"\ntimeout = "1s"\n'
SECRET = "SEC0b5c9d1e"
WORDS = "请问展板可以借用吗？联系人林小红13900001234。"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    with robot() as found:
        for name in ("WECOM", "DINGTALK", "FEISHU", "OWN"):
            monkeypatch.setenv(f"ROBOT_{name}", found.url(f"/{name.lower()}?access_token=t0ken"))
        for name in ("DINGTALK", "FEISHU"):
            monkeypatch.setenv(f"ROBOT_{name}_SECRET", SECRET)
        yield found


def signature(key: str, text: str) -> str:
    """By another program than the one under test."""
    words = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.encode().hex()}", "-binary"]
    return base64.b64encode(subprocess.run(words, input=text.encode(), capture_output=True, check=True).stdout).decode()


def ask(office: Office, sender: str = "shishi@example.net", text: str = WORDS) -> None:
    office.deliver(samples.mail(sender=sender, subject=f"请问{sender}", text=text))


def test_each_robot_hears_it_as_it_asks_and_no_words(office: Office, heard: Robot) -> None:
    office.configure(coordinators="", more=CHANNELS)
    ask(office)
    ask(office, text="另请问能否派人来指导？")
    ask(office, "stranger@example.org", "我想参加活动，我叫林小红。")
    office.once()
    assert len(notices(office)) == 1
    posts = {path: (query, body) for path, query, body in heard.posts}
    assert sorted(posts) == ["/dingtalk", "/feishu", "/own", "/wecom"] and len(heard.posts) == 4
    assert all(query["access_token"] == ["t0ken"] for query, _ in posts.values())
    assert posts["/own"][1]["count"] == 3 and set(posts["/own"][1]) == {"title", "count", "items"}
    assert [one["unit"] for one in posts["/own"][1]["items"]] == [UNIT, UNIT, "名册以外的来信"]
    assert all(set(one) == {"unit", "title"} for one in posts["/own"][1]["items"])
    texts = [
        posts["/wecom"][1]["text"]["content"],
        posts["/dingtalk"][1]["text"]["content"],
        posts["/feishu"][1]["content"]["text"],
    ]
    assert len(set(texts)) == 1 and texts[0].startswith("【转办】3件待处理\n")
    assert f"\n{UNIT}：回信待阅2件\n名册以外的来信：回信待阅\n" in texts[0], "a line for each unit"
    assert [posts[path][1]["msgtype"] for path in ("/wecom", "/dingtalk")] == ["text", "text"]
    assert posts["/feishu"][1]["msg_type"] == "text"
    everything = json.dumps([body for _, _, body in heard.posts], ensure_ascii=False)
    assert not any(word in everything for word in ("展板", "林小红", "13900001234", "@", "参加活动"))
    query, body = posts["/dingtalk"][0], posts["/feishu"][1]
    stamp = query["timestamp"][0]
    assert len(stamp) == 13 and query["sign"] == [signature(SECRET, f"{stamp}\n{SECRET}")]
    assert len(body["timestamp"]) == 10 and body["sign"] == signature(f"{body['timestamp']}\n{SECRET}", "")
    assert abs(time.time() - int(body["timestamp"])) < 3600, "robots refuse what is older"
    office.once(now="2023-08-25T13:30+08:00")
    assert len(heard.posts) == 4, "once"


def test_a_robot_that_refuses_is_tried_again_and_holds_up_nothing(office: Office, heard: Robot) -> None:
    office.configure(coordinators="", more=ONE)
    moved = {"Location": heard.url("/elsewhere")}
    heard.script = [
        (502, {}, "bad gateway"),
        (302, moved, ""),
        (200, {}, '{"errcode": 45009, "errmsg": "api freq out of limit"}'),
    ]
    ask(office)
    office.once()
    assert len(notices(office)) == 1 and len(heard.posts) == 1
    office.once(now="2023-08-25T12:00:30+08:00")
    assert len(heard.posts) == 1, "a pause"
    for moment in ("12:02", "12:10"):
        office.once(now=f"2023-08-25T{moment}+08:00")
    status = office.run("status", now="2023-08-25T12:10+08:00")
    assert "45009" in status.stdout and "ROBOT_WECOM" in status.stdout and "t0ken" not in status.stdout + status.stderr
    office.once(now="2023-08-25T12:30+08:00")
    office.once(now="2023-08-25T13:50+08:00")
    assert [path for path, _, _ in heard.posts] == ["/wecom"] * 4, "a robot that moved is not followed"
    assert "45009" not in office.run("status", now="2023-08-25T13:50+08:00").stdout and len(notices(office)) == 1


def test_a_robot_that_never_answers_holds_up_nothing(office: Office, heard: Robot) -> None:
    office.configure(coordinators="", more=ONE)
    heard.silent.set()
    ask(office)
    office.once()
    assert len(notices(office)) == 1 and office.view("SELECT status, attempts FROM post") == [
        {"status": "queued", "attempts": 1}
    ]
    heard.silent.clear()
    office.once(now="2023-08-25T12:30+08:00")
    assert len(heard.posts) == 1 and office.view("SELECT status FROM post") == [{"status": "sent"}]


def test_robots_alone(office: Office, heard: Robot) -> None:
    """No coordinator has a mailbox: the robots hear, once, and of a mailbox that nobody reads at any hour."""
    office.configure(coordinators="", more=ONE)
    config = office.path / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('["boss@example.gov.cn"]', "[]"), encoding="utf-8")
    ask(office)
    for moment in ("12:00", "13:30"):
        office.once(now=f"2023-08-25T{moment}+08:00")
    assert len(heard.posts) == 1
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(f"port = {office.dovecot.port}", "port = 1"), encoding="utf-8")
    office.once(now="2023-08-25T23:00+08:00", expect=4)
    assert [body["text"]["content"].splitlines()[0] for _, _, body in heard.posts[1:]] == ["【紧急】报送邮箱收不到信"]


@pytest.mark.parametrize(
    ("written", "url", "said"),
    [
        ('kind = "wecom"\nurl_env = "ROBOT_NONE"', "", "ROBOT_NONE"),
        ('kind = "wecom"\nurl_env = "ROBOT_X"', "http://qyapi.example.com/x", "https"),
        (
            'kind = "wecom"\nurl_env = "ROBOT_X"\nsecret_env = "ROBOT_Y"',
            "https://example.com/x",
            "[[notify]] 第1个 secret_env",
        ),
        ('kind = "sms"\nurl_env = "ROBOT_X"', "https://example.com/x", "[[notify]] 第1个 kind"),
        ('kind = "dingtalk"', "", "[[notify]] 第1个 url_env"),
        ('kind = "feishu"\nurl_env = "ROBOT_X"\nsecret_env = "ROBOT_NONE"', "http://127.0.0.1:9/x", "ROBOT_NONE"),
        ('kind = "webhook"\nurl_env = "ROBOT_X"', "http://127.0.0.1:9/s3cret", "连接不上"),
    ],
)
def test_check_says_what_is_wrong(
    office: Office, monkeypatch: pytest.MonkeyPatch, written: str, url: str, said: str
) -> None:
    monkeypatch.setenv("ROBOT_X", url)
    office.configure(more=f"[[notify]]\n{written}\n")
    done = office.run("check")
    assert done.returncode in {2, 4} and said in done.stdout + done.stderr, done.stdout + done.stderr
    assert "s3cret" not in done.stdout + done.stderr


def test_check_asks_whether_they_are_there(office: Office, heard: Robot) -> None:
    office.configure(more=CHANNELS)
    done = office.run("check")
    assert "企业微信（ROBOT_WECOM）可以连接" in done.stdout and not heard.posts
