"""What a letter changes that a program may have written, and who sees it: the decision alone, no server.

Each text of the files beside this one is the body of an answer in one of our threads, without any mark in its header: the marks are often taken
away on the way. ``programs.json``: what programs answer to one of our mails. ``people.json``: what people write who sound like programs;
``asked``: for what they were asked; ``changes``: what they change then; ``on_purpose``: the one field that they may change without being asked, by a
word of change or because the value is all that they say. ``people_about_robots.json``: robots' words by people.
"""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from bot.base.problems import Code, Problem, Severity
from bot.decision.decide import decide
from bot.decision.facts import Case, Known, KnownSubmission, Read
from bot.decision.model import Decision
from bot.decision.versions.content import content_of, hash_of
from bot.forms.model import Form, Kind, Value
from bot.message.parse import parse_message
from tests.cases import cases
from tests.decision.test_versions import NOW, RULES
from tests.reading import heard

OPEN = ("venue", "phone", "contact_person", "activity_time")
VALUES = {
    "reporting_unit": "晋江市科协",
    "activity_name": "海洋课",
    "host_unit": "晋江市科协",
    "contact_person": "庄晓东",
    "phone": "0595-22000000",
    "mobile": "13900000000",
    "email": "zxd@example.com",
    "activity_time": "2023年9月17日",
    "start_date": date(2023, 9, 17),
    "end_date": date(2023, 9, 17),
    "venue": "科技馆一楼大厅",
}


def stored(*lacking: str) -> KnownSubmission:
    """A registration as its unit sent it, without the values of *lacking*, for which it was asked."""
    values = {key: Value(None if key in lacking else value) for key, value in VALUES.items()}
    problems = tuple(
        Problem(Code.MISSING, Severity.ERROR, f"第{n}处没有填写", field=key) for n, key in enumerate(lacking, 1)
    )
    form = Form(Kind.REGISTRATION, "1.eml!/a.docx", "docx", values, definition="registration", problems=problems)
    content = content_of(form)
    return KnownSubmission(
        1, "KP2023-0001", form.kind, "晋江市科协", "海洋课", "海洋课", "海洋课", 1, "needs_correction" if lacking else "accepted", False,
        hash_of(content), "a@example.com", 1, content, problems=problems,
    )  # fmt: skip


def decided(
    text: str,
    *lacking: str,
    in_thread: bool = True,
    subject: str = "Re: 报送 【受理号 KP2023-0001】",
    sender: str = "a@example.com",
    headers: dict[str, str] | None = None,
) -> Decision:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, "kepu@example.org", subject, "<m@x>"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    message = parse_message(mail.as_bytes(), ["kepu@example.org"])
    known = Known(last_number=1)
    if in_thread:
        known = Known((stored(*lacking),), answered=("KP2023-0001",), last_number=1)
    return decide(heard(Case(Read(message, (), (), NOW), (), known, RULES, NOW)))


PROGRAMS = cases(__file__, "programs.json", "name")
PEOPLE = cases(__file__, "people.json", "name")


@pytest.mark.parametrize("case", PROGRAMS)
def test_a_program_changes_nothing_and_is_not_answered(case: dict[str, str]) -> None:
    for lacking in ((), ("phone",), ("contact_person",), OPEN):
        decision = decided(case["text"], *lacking)
        assert (decision.settled, decision.changes, decision.reply) == ((), (), None), lacking
    fresh = decided(case["text"], in_thread=False, subject="您好")
    assert fresh.reply is None and not fresh.settled


def test_few_programs_bother_a_person() -> None:
    texts = [one.values[0]["text"] for one in PROGRAMS]
    shown = [text for text in texts if decided(text, "venue").reviews]
    assert len(shown) < len(PROGRAMS) / 4, shown


@pytest.mark.parametrize("lacking", [(), ("phone",), OPEN])
def test_whom_to_call_meanwhile_bothers_nobody(lacking: tuple[str, ...]) -> None:
    away = "您好！我因公外出培训，9月1日至9月10日期间无法及时查收邮件。急事请联系黄医生，电话0595-87391133，手机13959770016。"
    decision = decided(away, *lacking, subject="自动回复: Re: 报送 【受理号 KP2023-0001】")
    assert (decision.settled, decision.reply, decision.reviews) == ((), None, ())


def values_of(decision: Decision) -> dict[str, object]:
    """What the letter changed."""
    return {
        key: value.value
        for one in decision.settled
        for key, value in one.form.fields.items()
        if one.before and value.value != VALUES[key] and not key.endswith("_date")
    }


@pytest.mark.parametrize("case", [one for one in PEOPLE if "changes" in one.values[0]])
def test_a_person_who_sounds_like_one_changes_his_form(case: dict[str, Any]) -> None:
    assert values_of(decided(case["text"], *case["asked"])) == case["changes"]


MARKS = (
    {"Precedence": "bulk"},
    {"List-Unsubscribe": "<mailto:x@example.com>"},
    {"Auto-Submitted": "auto-generated"},
)


@pytest.mark.parametrize("case", PEOPLE)
def test_no_person_vanishes(case: dict[str, Any]) -> None:
    """Settled, asked back, or before a person; what is only an acknowledgement has no word of its own."""
    for lacking in ((), *((key,) for key in OPEN)):
        for headers in ({}, *MARKS) if lacking in ((), ("venue",)) else ({},):
            decision = decided(case["text"], *lacking, headers=headers)
            assert decision.settled or decision.changes or decision.reply or decision.reviews, (lacking, headers)


@pytest.mark.parametrize("case", PEOPLE)
def test_a_value_that_nobody_asked_for_stays(case: dict[str, Any]) -> None:
    assert set(values_of(decided(case["text"]))) <= {case.get("on_purpose", "")}


def test_what_an_office_says_of_itself_beside_other_words_changes_nothing() -> None:
    said = "我们的筹备工作正在抓紧进行，展板和志愿者都已到位，欢迎来馆参观指导。\n联系电话：0595-22123456"
    decision = decided(said)
    assert all(one.is_pending for one in decision.settled) and "“联系电话”" in str(decision.reply)
    assert values_of(decided("联系电话：0595-22123456")) == {"phone": "0595-22123456"}


def test_a_list_of_ones_own_is_no_list_of_answers() -> None:
    decision = decided("1. 展板20块已到位\n2. 志愿者名单稍后报\n3. 定了再告诉您", "venue")
    assert not decision.settled and decision.reviews


@pytest.mark.parametrize("text", ["来信收悉。移动电话：13600112233", "邮件已收悉，联系人：林芳，移动电话：13600112233"])
def test_an_acknowledgement_with_a_value_is_shown_and_told(text: str) -> None:
    decision = decided(text, "contact_person")
    assert not decision.settled and text[:8] in decision.reviews[0].detail
    assert decision.reply is not None and "已转工作人员" in str(decision.reply.context["paragraphs"])


@pytest.mark.parametrize("case", cases(__file__, "people_about_robots.json"))
def test_who_speaks_of_a_robot_is_none(case: dict[str, str]) -> None:
    """His own words are before a person, or settled."""
    for lacking in (("venue",), OPEN):
        decision = decided(case["text"], *lacking, subject=case["subject"])
        assert decision.settled or decision.changes or decision.reviews, decision.why


@pytest.mark.parametrize(
    "text",
    [
        "来文已登记（收文号：市医收〔2023〕18号），并转宣传科承办，承办人：王小丽，电话 0595-22770123。",
        "当前咨询人数较多，排队第 8 位。人工热线：400-800-0000。移动电话：13900112233",
        "您的消息已转达。移动电话：13615951111。",
        "您好，我是何老师的智能助理，移动电话：13615951111，活动地点：学校操场",
        "【家校通】何老师，移动电话：13615951111，活动地点：学校操场",
        "您的邮箱已使用98%，请及时清理。管理员电话：0595-22990000",
        "王芳 要撤回邮件“Re: 报送 【受理号 KP2023-0001】”。",
    ],
)
def test_what_a_machine_did_with_our_mail_changes_and_withdraws_nothing(text: str) -> None:
    for lacking in ((), ("phone",), ("venue", "phone", "mobile")):
        decision = decided(text, *lacking)
        assert (decision.settled, decision.changes) == ((), ()), lacking


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        (
            "云盘通知 <share@example.net>",
            "颜小满 给你分享了文件",
            "颜小满（y***n@example.net）通过云盘向你分享了：\n惠女湾小学登记表.zip（186.4MB）\n有效期：7天    提取码：k3qp\n立即查看",
        ),
        (
            "轻表单 <notice@example.net>",
            "你的表单「志愿者报名」收到 1 条新数据",
            "提交时间：2023-08-31 21:06\n备注：可以带登记表来现场交吗\n登录后台查看完整数据。今日已推送 3/20 条。",
        ),
        ("施文婷 <swt@example.net>", "撤回: 登记表（定稿）", "施文婷 将撤回邮件“登记表（定稿）”。"),
    ],
)
def test_what_a_notice_may_bring_a_person_sees_and_nobody_answers(sender: str, subject: str, text: str) -> None:
    for headers in ({}, {"Auto-Submitted": "auto-generated"}):
        decision = decided(text, sender=sender, subject=subject, headers=headers, in_thread=False)
        assert decision.reply is None and decision.reviews and not decision.settled
    watched = decided(
        "开始：2023-08-30 02:00:00\n新增文件：132 个，共 1.9 GB\n错误：0",
        sender="nas@example.net",
        subject="备份任务已成功完成",
        headers={"Auto-Submitted": "auto-generated"},
        in_thread=False,
    )
    assert watched.reply is None and not watched.reviews


def test_who_writes_as_briefly_as_a_program_is_seen() -> None:
    text = "开放时间：9月17日 8:30-17:00\n预约电话：0595-22330011\n限 200 人"
    assert decided(text, in_thread=False, subject="地震台开放日").reviews


def test_an_administrator_is_answered() -> None:
    text = "你好，我是培原中学网管小施。你们发给教务处的回执被我们误拦，已放行。麻烦你们再发一遍，谢谢。"
    decision = decided(text, sender="postmaster@example.net", subject="Re: 回执被拦了", in_thread=False)
    assert decision.reply is not None and decision.reviews


def test_what_a_list_tells_is_said_of_nobodys_form() -> None:
    text = "本周：9月19日活动地点改为清源山。活动取消的单位请撤回。"
    to_many = decided(text, "venue", headers={"List-Id": "<edu.example.net>", "Precedence": "list"})
    assert not (to_many.settled or to_many.changes) and to_many.reviews
