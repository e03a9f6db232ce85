"""What a letter changes that a program may have written, and who sees it: the decision alone, no server."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest

from bot.base.problems import Code, Problem, Severity
from bot.decision.decide import decide
from bot.decision.facts import Case, Known, KnownSubmission, Read
from bot.decision.model import Decision
from bot.decision.versions.content import content_of, hash_of
from bot.forms.model import Form, Kind, Value
from bot.message.parse import parse_message
from tests.decision.test_versions import NOW, RULES
from tests.message.automatic_texts import PEOPLE, PROGRAMS

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
        known = Known((stored(*lacking),), answered=("KP2023-0001",), by_thread=True, last_number=1)
    return decide(Case(Read(message, (), (), NOW), (), known, RULES, NOW))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_changes_nothing_and_is_not_answered(name: str) -> None:
    for lacking in ((), *((key,) for key in OPEN), OPEN):
        decision = decided(PROGRAMS[name], *lacking)
        assert (decision.settled, decision.changes, decision.reply) == ((), (), None), lacking
    fresh = decided(PROGRAMS[name], in_thread=False, subject="您好")
    assert fresh.reply is None and not fresh.settled


def test_few_programs_bother_a_person() -> None:
    shown = [name for name, text in PROGRAMS.items() if decided(text, "venue").reviews]
    assert len(shown) < len(PROGRAMS) / 4, shown


def values_of(decision: Decision) -> dict[str, object]:
    """What the letter changed."""
    return {
        key: value.value
        for one in decision.settled
        for key, value in one.form.fields.items()
        if one.before and value.value != VALUES[key] and not key.endswith("_date")
    }


CHANGES = {
    "received_and_changes": ((), {"phone": "0595-22888888"}),
    "received_and_value": (("venue",), {"venue": "晋江市图书馆三楼报告厅"}),
    "numbered_answer": (("venue",), {"venue": "晋江市科技馆二楼"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_person_who_sounds_like_one_changes_his_form(name: str) -> None:
    lacking, wanted = CHANGES[name]
    assert values_of(decided(PEOPLE[name], *lacking)) == wanted


@pytest.mark.parametrize("name", PEOPLE)
def test_no_person_vanishes(name: str) -> None:
    """Settled, asked back, or before a person; what is only an acknowledgement has no word of its own."""
    for lacking in ((), *((key,) for key in OPEN)):
        for headers in (
            {},
            {"Precedence": "bulk"},
            {"List-Unsubscribe": "<mailto:x@example.com>"},
            {"Auto-Submitted": "auto-generated"},
        ):
            decision = decided(PEOPLE[name], *lacking, headers=headers)
            assert decision.settled or decision.changes or decision.reply or decision.reviews, (lacking, headers)


# What these say of a value is said on purpose: with a word of change, or as all that they say.
ON_PURPOSE = {
    "received_and_changes": "phone",
    "received_and_value": "venue",
    "received_and_postpones": "activity_time",
    "away_and_changes": "contact_person",
    "numbered_answer": "venue",
    "thanks_for_mail": "venue",
    "number_of_ours": "mobile",
}


@pytest.mark.parametrize("name", PEOPLE)
def test_a_value_that_nobody_asked_for_stays(name: str) -> None:
    assert set(values_of(decided(PEOPLE[name]))) <= {ON_PURPOSE.get(name, "")}


def test_what_an_office_says_of_itself_beside_other_words_changes_nothing() -> None:
    said = "我们的筹备工作正在抓紧进行，展板和志愿者都已到位，欢迎来馆参观指导。\n联系电话：0595-22123456"
    decision = decided(said)
    assert not decision.settled and "0595-22123456" in decision.reviews[0].detail
    assert values_of(decided("联系电话：0595-22123456")) == {"phone": "0595-22123456"}


def test_a_list_of_ones_own_is_no_list_of_answers() -> None:
    decision = decided("1. 展板20块已到位\n2. 志愿者名单稍后报\n3. 定了再告诉您", "venue")
    assert not decision.settled and decision.reviews


@pytest.mark.parametrize("text", ["来信收悉。移动电话：13600112233", "邮件已收悉，联系人：林芳，移动电话：13600112233"])
def test_an_acknowledgement_with_a_value_is_shown_and_told(text: str) -> None:
    decision = decided(text, "contact_person")
    assert not decision.settled and text[:8] in decision.reviews[0].detail
    assert decision.reply is not None and "已转工作人员" in "".join(decision.reply.notes)


# Robots' words by people, without a mark in the header: (subject, text). Their own words are before a person, or settled.
SAYS_SO = [
    ("Re: 报送 【受理号 KP2023-0001】", "刚刚发出的是邮箱的自动回复，请忽略。联系电话：0595-22113344"),
    ("Re: 报送 【受理号 KP2023-0001】", "此信并非自动回复，麻烦把活动地点换成市图书馆二楼。"),
    ("Re: 自动回复：报送 【受理号 KP2023-0001】", "上一封是自动回复，不用理会。活动时间推迟到9月20日。"),
    ("自动回复：报送 【受理号 KP2023-0001】", "我是林芳，活动地点应为市图书馆二楼。"),
    ("自动回复：报送 【受理号 KP2023-0001】", "活动地点：市图书馆二楼"),
    ("自动答复: 报送 【受理号 KP2023-0001】", "请问表格还要盖章吗？"),
    (
        "Automatic reply: 报送 【受理号 KP2023-0001】",
        "I am on leave this week, please change the venue to the city library.",
    ),
    ("Re: 报送 【受理号 KP2023-0001】", "我在休年假，同事林芳代为答复：活动地点是市图书馆二楼。"),
    ("Re: 报送 【受理号 KP2023-0001】", "I am out of the office, but the telephone should be 0595-22113344."),
    ("Re: 报送 【受理号 KP2023-0001】", "Sorry for the automatic reply earlier today. The venue is the city library."),
    ("Re: 报送 【受理号 KP2023-0001】", "感谢来信！办公时间已过，活动不办了，请撤回申报。"),
]


@pytest.mark.parametrize(("subject", "text"), SAYS_SO, ids=[text[:24] for _, text in SAYS_SO])
def test_who_speaks_of_a_robot_is_none(subject: str, text: str) -> None:
    for lacking in (("venue",), OPEN):
        decision = decided(text, *lacking, subject=subject)
        assert decision.settled or decision.changes or decision.reviews, decision.why
