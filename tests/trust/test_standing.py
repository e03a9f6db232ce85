"""Who changes what stands: the table of promise 4, «确认», and what everybody is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.flow import samples
from tests.flow.office import text_of
from tests.trust.desk import Desk, desk_in, to, told

UNIT, STRANGER, LISTED = "unit@jinjiang.example.com", "x@elsewhere.example.net", "listed@jinjiang.example.com"
NONE = "example.com; spf=none smtp.mailfrom=unit@jinjiang.example.com; dkim=none; dmarc=none"
PASS = "example.com; spf=pass smtp.mailfrom=unit@jinjiang.example.com"
SOFT = "example.com; spf=softfail smtp.mailfrom=unit@jinjiang.example.com"
FAIL = "example.com; dmarc=fail header.from=jinjiang.example.com"
SECRETS = ("0595-22000000", "13900000000", "zxd@example.com", "庄晓东")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk_in(tmp_path, monkeypatch) as desk:
        yield desk


def mail(number: int, text: str = "请查收", *, sender: str = UNIT, subject: str = "改", results: str = "", top: str = "", headers: dict[str, str] | None = None, form: dict[str, str] | None = None) -> bytes:  # fmt: skip
    files = {"申报表.docx": samples.registration(**form)} if form is not None else {}
    raw = samples.mail(sender=sender, subject=subject, text=text, files=files, headers=headers, message_id=f"<m{number}@client.example.com>")  # fmt: skip
    above = (f"Authentication-Results: {results}\n" if results else "") + top
    return above.encode() + raw


def answer_to(letter: EmailMessage, number: int, text: str, **more: str) -> bytes:
    return mail(number, text, subject="", headers={"In-Reply-To": str(letter["Message-ID"])}, **more)  # type: ignore[arg-type]


def venue(desk: Desk) -> str:
    return str(desk.view("SELECT venue FROM v_activities")[0]["venue"])


def reviews(desk: Desk) -> list[str]:
    return [row["reason"] for row in desk.view("SELECT reason FROM review WHERE done_at IS NULL ORDER BY id")]


# what the server says of the mail; whether it carries the token; whether a file and whether words change the form at once (else: ask, held)
TABLE = [
    (PASS, False, "now", "now"),
    (PASS, True, "now", "now"),
    (NONE, True, "now", "now"),
    (SOFT, True, "now", "now"),
    (FAIL, True, "now", "now"),
    ("", True, "now", "now"),
    (NONE, False, "ask", "ask"),
    ("example.com; spf=neutral smtp.mailfrom=unit@jinjiang.example.com", False, "ask", "ask"),
    ("example.com; spf=temperror smtp.mailfrom=unit@jinjiang.example.com", False, "ask", "ask"),
    ("example.com; none", False, "ask", "ask"),
    ("example.com; spf=none; dkim=pass header.d=mailer.example.org", False, "ask", "ask"),
    (SOFT, False, "held", "held"),
    (FAIL, False, "held", "held"),
    ("example.com; spf=pass smtp.mailfrom=x@evil.example.net", False, "held", "held"),
    ("", False, "now", "ask"),
]


@pytest.mark.parametrize("writes", [True, False], ids=["a server that writes results", "one that never did"])
def test_the_address_on_record(desk: Desk, writes: bool) -> None:
    """Each line of the table with a form of its own."""
    lines = [line for line in TABLE if bool(line[0]) is writes]
    assert len(lines) > 1
    for number, (results, token, file, words) in enumerate(lines):
        check_line(desk, number, results, token, file, words)


def check_line(desk: Desk, number: int, results: str, token: bool, file: str, words: str) -> None:
    name, seen = f"第{number}项活动", (number, results, token)
    unit = sender_of(number)
    form = {"name": name, "unit": f"第{number}实验小学"}
    (first,) = desk.came(mail(10 * number + 1, subject="申报", form=form, sender=unit))
    (ref,) = (row["ref"] for row in desk.view("SELECT ref FROM v_submissions WHERE title = ?", name))
    subject = f"回复：{first['Subject']}" if token else f"Re: 申报 【受理号 {ref}】"

    def place() -> str:
        return "".join(row["venue"] for row in desk.view("SELECT venue FROM v_activities WHERE ref = ?", ref))

    answers = desk.came(mail(10 * number + 2, "活动地点：晋江市图书馆", subject=subject, sender=unit, results=results))
    assert place() == ("晋江市图书馆" if words == "now" else "晋江市科技馆一楼大厅"), seen
    assert ("请回复“确认”" in told(answers)[unit]) is (words == "ask"), seen
    desk.came(
        mail(10 * number + 3, subject=subject, sender=unit, results=results, form={**form, "venue": "晋江市文化馆"})
    )
    assert (place() == "晋江市文化馆") is (file == "now"), seen
    newest = desk.view("SELECT status FROM v_submissions WHERE ref = ? ORDER BY version DESC LIMIT 1", ref)
    assert newest == [{"status": "accepted" if file == "now" else "held"}], seen
    answers = desk.came(mail(10 * number + 4, f"撤回 {ref}", subject=subject, sender=unit, results=results))
    assert (place() == "") is (words == "now"), seen
    assert ("请回复“确认”" in told(answers)[unit]) is (words == "ask"), seen
    if words == "held":
        assert not [one for one in SECRETS if one in told(answers)[unit]], seen


def test_a_server_that_wrote_results_once_is_expected_to(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    desk.came(mail(2, form={"venue": "甲馆"}))
    assert venue(desk) == "甲馆"
    desk.came(
        mail(3, "您好", sender="else@example.org", results="example.com; spf=pass smtp.mailfrom=else@example.org")
    )
    (asked,) = desk.came(mail(4, form={"venue": "乙馆"}))
    assert venue(desk) == "甲馆" and "请回复“确认”" in text_of(asked) and to(asked) == UNIT


@pytest.mark.parametrize("address", ["kx22217957@126.com", "kepu@vip.163.com", "kepu@qq.com"])
def test_known_houses_write_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with desk_in(tmp_path, monkeypatch, address=address) as desk:
        desk.came(mail(1, form={}))
        desk.came(mail(2, form={"venue": "甲馆"}))
        assert venue(desk) == "晋江市科技馆一楼大厅"


CONFIRMS = [
    "确认",
    "确认！",
    "好的，确认。谢谢！",
    "老师您好：\n确认无误，谢谢。\n\n晋江市科协 庄晓东\n电话：0595-85660000",
    "是我们改的，确认",
    "已确认",
    "我单位确认以上修改",
    "确认\n\n发自我的iPhone",
]
NOTHING = [
    "确认收到",
    "请确认",
    "不确认",
    "这不是我们改的",
    "待确认",
    "确认一下再说",
    "是否需要确认？",
    "还没确认",
    "您的来信已收悉，我们将尽快确认。",
    "确认，但是地点应为丙馆",
]


REFUSED = ("不确认", "这不是我们改的")


def sender_of(number: int) -> str:
    """Another address each time: mails of one sender that are alike are not answered for ever."""
    return f"unit{number}@jinjiang.example.com"


def asked_about(desk: Desk, number: int) -> tuple[EmailMessage, dict[str, str]]:
    """The letter that asks for the «确认» of one more form's new place."""
    form = {"name": f"第{number}项活动", "unit": f"第{number}实验小学"}
    unit = sender_of(number)
    desk.came(mail(10 * number + 1, sender=unit, form=form))
    (asked,) = desk.came(mail(10 * number + 2, sender=unit, results=NONE, form={**form, "venue": "甲馆"}))
    return asked, form


def test_confirmed_from_any_program(desk: Desk) -> None:
    """By the thread alone, without quotation; no coordinator is needed, nothing is left for a person."""
    for number, words in enumerate(CONFIRMS):
        asked, form = asked_about(desk, number)
        assert reviews(desk) == ["unconfirmed"], words
        (answer,) = desk.came(answer_to(asked, 10 * number + 3, words, sender=sender_of(number)))
        assert reviews(desk) == [] and "甲馆" in text_of(answer) and to(answer) == sender_of(number), words
        assert desk.came(answer_to(asked, 10 * number + 4, "确认", sender=sender_of(number))) == [], (
            "once more is courtesy"
        )
        rows = desk.view("SELECT version FROM v_submissions WHERE is_current AND unit = ?", form["unit"])
        assert [row["version"] for row in rows] == [2], words


def test_confirmed_among_other_words(desk: Desk) -> None:
    """A question beside it goes to a person; with anything else beside it the word is not certain, and a person sees it."""
    asked, form = asked_about(desk, 1)
    (answer,) = desk.came(answer_to(asked, 13, "确认，谢谢。请问需要盖章吗？", sender=sender_of(1)))
    rows = desk.view("SELECT version FROM v_submissions WHERE is_current AND unit = ?", form["unit"])
    assert [row["version"] for row in rows] == [2] and reviews(desk) == ["words"]
    assert "甲馆" in text_of(answer) and "盖章" in text_of(answer)
    asked, form = asked_about(desk, 2)
    desk.came(answer_to(asked, 23, "确认。经费由我们自己承担，望周知。", sender=sender_of(2)))
    rows = desk.view("SELECT version FROM v_submissions WHERE is_current AND unit = ?", form["unit"])
    assert [row["version"] for row in rows] == [1]
    assert "确认" in desk.view("SELECT detail FROM review ORDER BY id DESC LIMIT 1")[0]["detail"]


def test_what_confirms_nothing(desk: Desk) -> None:
    for number, words in enumerate(NOTHING):
        asked, form = asked_about(desk, number)
        desk.came(answer_to(asked, 10 * number + 3, words, sender=sender_of(number)))
        (row,) = desk.view("SELECT venue FROM v_activities WHERE unit = ?", form["unit"])
        refused = sum(one in REFUSED for one in NOTHING[: number + 1])  # nobody waits for it any more
        waiting = number + 1 - refused + ("丙馆" in words)  # another place is proposed, too
        assert row["venue"] == "晋江市科技馆一楼大厅" and reviews(desk).count("unconfirmed") == waiting, words


def test_a_robot_or_another_confirms_nothing(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    (asked,) = desk.came(mail(2, results=NONE, form={"venue": "甲馆"}))
    thread = {"In-Reply-To": str(asked["Message-ID"])}
    desk.came(mail(3, "确认", headers=thread | {"Auto-Submitted": "auto-replied"}))
    desk.came(mail(4, "确认", subject=f"自动回复：{asked['Subject']}"))
    answers = desk.came(mail(5, "确认", sender=STRANGER, headers=thread))
    assert venue(desk) != "甲馆" and not [one for one in SECRETS if one in str(told(answers))]
    assert "words" in reviews(desk)
    desk.came(mail(6, "确认 KP2023-0001", subject="Re: 申报 【受理号 KP2023-0001】", results=NONE))
    assert venue(desk) != "甲馆", "without the token it could be the same forger"
    desk.came(mail(7, "确认", subject=f"Re: {asked['Subject']}"))
    assert venue(desk) == "甲馆", "the code of the subject is enough"


def test_withdrawal_and_unit_wait_likewise(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    (asked,) = desk.came(mail(2, "单位：晋江市教育局", subject="Re: x 【受理号 KP2023-0001】"))
    assert desk.view("SELECT unit FROM v_activities") == [{"unit": "晋江市科学技术协会"}]
    assert "晋江市教育局" in text_of(asked) and "请回复“确认”" in text_of(asked)
    desk.came(answer_to(asked, 3, "确认"))
    assert desk.view("SELECT unit FROM v_activities") == [{"unit": "晋江市教育局"}]
    (asked,) = desk.came(mail(4, "撤回 KP2023-0001", subject="x"))
    assert len(desk.view("SELECT * FROM v_activities")) == 1
    desk.came(answer_to(asked, 5, "确认撤回"))
    assert desk.view("SELECT * FROM v_activities") == [] and reviews(desk) == []


def test_several_wait_and_each_keeps_the_other(desk: Desk) -> None:
    """What was changed in words puts in just that; the later confirmation does not undo the earlier one."""
    desk.came(mail(1, form={}))
    desk.came(mail(2, "活动地点：甲馆三楼报告厅", subject="Re: x 【受理号 KP2023-0001】"))
    (two,) = desk.came(mail(3, "联系电话：0595-85111111", subject="Re: x 【受理号 KP2023-0001】"))
    (which,) = desk.came(mail(4, "确认", subject=str(two["Subject"])))
    assert "第2版" in text_of(which) and "第3版" in text_of(which) and venue(desk) != "甲馆三楼报告厅"
    desk.came(answer_to(two, 5, "确认"))
    desk.came(mail(6, "确认 KP2023-0001 第2版", subject=str(two["Subject"])))
    (row,) = desk.view("SELECT venue, phone FROM v_activities")
    assert row == {"venue": "甲馆三楼报告厅", "phone": "0595-85111111"}
    versions = desk.view("SELECT version, is_current FROM v_submissions ORDER BY version")
    assert [row["version"] for row in versions if row["is_current"]] == [4]
    assert reviews(desk) == []


def test_a_newer_form_makes_what_waits_out_of_date(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    (asked,) = desk.came(mail(2, results=NONE, form={"venue": "甲馆"}))
    desk.came(mail(3, results=PASS, form={"venue": "乙馆"}))
    assert venue(desk) == "乙馆" and reviews(desk) == []
    desk.came(answer_to(asked, 4, "确认"))
    assert venue(desk) == "乙馆"


def test_late_confirmations_are_for_a_person(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    (asked,) = desk.came(mail(2, results=NONE, form={"venue": "甲馆"}))
    desk.clock[0] = desk.clock[0].replace(month=9, day=20)
    desk.came(answer_to(asked, 3, "确认"))
    assert venue(desk) != "甲馆" and reviews(desk) == ["unconfirmed", "words"]
