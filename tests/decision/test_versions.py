"""Which version of what: copies in one mail, revised tables, two activities of one name. Pure, no server."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.base.text import name_key
from bot.decision.facts import Case, Known, KnownSubmission, Read
from bot.decision.model import ItemState, Settled
from bot.decision.reviews import asks_whose, reviews_of_sender
from bot.decision.rules import Rules
from bot.decision.versions.content import content_of, hash_of
from bot.decision.versions.copies import without_copies
from bot.decision.versions.settle import settle
from bot.documents.model import Document
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind, Plain, Value
from bot.forms.units.assign import Ground, UnitGuess
from bot.forms.units.roster import Roster, RosterUnit
from bot.message.model import Address, Message
from tests.reading import heard

UNIT = UnitGuess("晋江市科协", Ground.FORM)
NOW = datetime(2023, 8, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
RULES = Rules(load_definitions(), Roster(), Campaign("科普日", date(2023, 8, 21), date(2023, 9, 30)))


def registration(path: str = "1.eml!/a.docx", *, ocr: bool = False, **values: Plain) -> Form:
    fields = {
        "activity_name": "海洋课",
        "start_date": date(2023, 9, 17),
        "end_date": date(2023, 9, 17),
        "venue": "科技馆一楼大厅",
        **values,
    }
    return Form(Kind.REGISTRATION, path, "docx", {key: Value(value) for key, value in fields.items()}, ocr=ocr)


def table(*names: str, path: str = "1.eml!/t.xlsx") -> Form:
    rows = tuple(
        {"activity_name": Value(name), "start_date": Value(date(2023, 9, 17)), "venue": Value(f"{name}馆")}
        for name in names
    )
    return Form(Kind.SUMMARY, path, "xlsx", {}, rows)


def read(*forms: Form, sender: str = "a@example.com") -> Read:
    message = Message("<m@x>", (), (), (), Address(sender), (), (), "", None, "", "", "", ())
    return Read(message, (), forms, NOW)


def settled(*forms: Form, known: Known | None = None, sender: str = "a@example.com") -> list[Settled]:
    kept = without_copies([(form, UNIT) for form in forms])
    return settle(kept, Case(read(*forms, sender=sender), (), known or Known(), RULES, NOW))[0]


def stored(form: Form, number: int = 1) -> KnownSubmission:
    content = content_of(form)
    key = name_key(form.text("activity_name"))
    rows = tuple((name_key(str(r["activity_name"].value)), "2023-09-17", str(r["venue"].value)) for r in form.rows)
    return KnownSubmission(
        number, f"KP2023-{number:04d}", form.kind, UNIT.name, "", key, key, 1, "accepted", False, hash_of(content), "a@example.com", 1,
        content, rows,
    )  # fmt: skip


def test_word_and_scan_of_one_form_count_once() -> None:
    (one,) = settled(registration("1.eml!/scan.jpg", ocr=True, venue="科技馆"), registration())
    assert one.form.path == "1.eml!/a.docx" and set(one.paths) == {"1.eml!/scan.jpg", "1.eml!/a.docx"}


def test_a_misread_name_in_the_scan_is_no_second_activity() -> None:
    assert (
        len(
            settled(
                registration(activity_name="科技馆里的海洋课"),
                registration("1.eml!/s.jpg", ocr=True, activity_name="科技馆里的海洋调"),
            )
        )
        == 1
    )


def test_forms_without_a_name_stay_apart() -> None:
    assert (
        len(
            settled(registration(activity_name=None), registration("1.eml!/b.docx", activity_name=None, venue="图书馆"))
        )
        == 2
    )


def test_a_pdf_that_lost_a_blank_is_a_copy() -> None:
    assert (
        len(settled(registration(venue="科技馆 一楼大厅"), registration("1.eml!/a.pdf", venue="科技馆一楼大厅"))) == 1
    )


def test_one_name_on_two_days_or_places_is_two_activities() -> None:
    other_day = registration("1.eml!/b.docx", start_date=date(2023, 9, 20), end_date=date(2023, 9, 20))
    other_place = registration("1.eml!/c.docx", venue="梅岭街道文化广场")
    found = settled(registration(), other_day, other_place)
    assert [one.ref for one in found] == ["KP2023-0001", "KP2023-0002", "KP2023-0003"]
    assert len({one.match_key for one in found}) == 3


def test_a_revision_follows_the_form_of_its_occasion() -> None:
    first = registration()
    second = registration(start_date=date(2023, 9, 20), end_date=date(2023, 9, 20), venue="别处")
    known = Known(submissions=(stored(first, 1), stored(second, 2)), last_number=2)
    (one,) = settled(registration(start_date=date(2023, 9, 20), end_date=date(2023, 9, 21), venue="别处"), known=known)
    assert (one.ref, one.version, one.state) == ("KP2023-0002", 2, ItemState.UPDATED)


def test_a_table_that_shares_an_activity_is_the_next_version() -> None:
    known = Known(submissions=(stored(table("甲", "乙")),), last_number=1)
    (one,) = settled(table("甲", "丙"), known=known)
    assert (one.ref, one.version) == ("KP2023-0001", 2)


def test_a_table_of_other_activities_is_added() -> None:
    known = Known(submissions=(stored(table("甲", "乙")),), last_number=1)
    (one,) = settled(table("丙", "丁"), known=known)
    assert (one.ref, one.version) == ("KP2023-0002", 1)


def test_the_same_again_changes_nothing() -> None:
    known = Known(submissions=(stored(registration()),), last_number=1)
    (one,) = settled(registration(), known=known)
    assert one.state is ItemState.UNCHANGED and not one.is_stored


def test_a_stranger_is_held() -> None:
    known = Known(submissions=(stored(registration()),), last_number=1)
    (one,) = settled(registration(venue="科技馆二楼"), known=known, sender="b@example.com")
    assert one.state is ItemState.HELD and "a@example.com" in one.held_because


def answering(form: Form, *stored_ones: KnownSubmission) -> Settled:
    known = Known(
        submissions=stored_ones,
        answered=tuple(one.ref for one in stored_ones),
        last_number=len(stored_ones),
    )
    return settled(form, known=known)[0]


def test_another_activity_sent_by_reply_is_no_new_version() -> None:
    first = stored(registration(activity_name="机器人体验日"))
    one = answering(
        registration(
            activity_name="银龄科普讲座", start_date=date(2023, 9, 20), end_date=date(2023, 9, 20), venue="社区"
        ),
        first,
    )
    assert (one.ref, one.version, one.state) == ("KP2023-0002", 1, ItemState.NEW)


def test_a_corrected_name_in_the_thread_is_the_next_version() -> None:
    first = stored(registration(activity_name="机器人科普体验曰"))
    one = answering(registration(activity_name="机器人科普体验日活动"), first)
    assert (one.ref, one.version) == ("KP2023-0001", 2)
    nameless = stored(registration(activity_name=None))
    assert answering(registration(activity_name="机器人科普体验日"), nameless).version == 2
    renamed = stored(registration(activity_name="甲乙丙丁"))
    assert answering(registration(activity_name="机器人体验日"), renamed).version == 2  # the same day at the same place


ELSEWHEN: dict[str, Plain] = {"start_date": date(2023, 9, 20), "end_date": date(2023, 9, 20), "venue": "梅岭社区广场"}


def in_thread(form: Form, *stored_ones: KnownSubmission, words: str = "", files: tuple[str, ...] = ()) -> Settled:
    """The form as it is settled in answer to the mail about *stored_ones*, with these words beside it."""
    known = Known(
        submissions=stored_ones,
        answered=tuple(one.ref for one in stored_ones),
        last_number=len(stored_ones),
    )
    message = replace(read(form).message, new_text=words)
    documents = tuple(Document(f"1.eml!/{name}", name, "docx") for name in files)
    kept = without_copies([(form, UNIT)])
    return settle(kept, heard(Case(Read(message, documents, (form,), NOW), (), known, RULES, NOW)))[0][0]


@pytest.mark.parametrize(
    "words",
    [
        "附件是新增的一项，请查收。",
        "再报一个",
        "另外还有一场活动，见附件",
        "我们漏报了一项，现补上",
        "这是第二项活动的申报表",
    ],
)
def test_a_further_activity_in_an_old_thread_is_a_new_one(words: str) -> None:
    first = stored(registration(activity_name="海洋科普大讲堂", content="展板展示和专家讲解。"))
    form = registration(activity_name="气象科普大讲堂", content="展板展示和专家讲解。", **ELSEWHEN)
    one = in_thread(form, first, words=words)
    assert (one.ref, one.version, one.asks) == ("KP2023-0002", 1, "")
    again = in_thread(registration(activity_name="海洋科普大讲堂", **ELSEWHEN), first, words=words)
    assert again.ref == "KP2023-0002"


def test_the_name_of_the_file_says_it_too() -> None:
    first = stored(registration(activity_name="海洋科普大讲堂"))
    form = registration(activity_name="气象科普大讲堂", venue="科技馆一楼大厅", start_date=date(2023, 9, 20))
    assert in_thread(form, first, files=("申报表（新增）.docx",)).ref == "KP2023-0002"


@pytest.mark.parametrize(
    "words", ["已按要求修改，请查收。", "更正后的申报表见附件", "还有一项内容要改，见附件修改后的表"]
)
def test_a_form_that_the_letter_calls_corrected_is_the_next_version(words: str) -> None:
    first = stored(registration(activity_name="机器人体验日"))
    one = in_thread(registration(activity_name="银龄讲座", **ELSEWHEN), first, words=words)
    assert (one.ref, one.version) == ("KP2023-0001", 2)


def test_in_doubt_the_sender_is_asked() -> None:
    first = stored(registration(activity_name="海洋科普大讲堂"))
    one = in_thread(registration(activity_name="气象科普大讲堂", **ELSEWHEN), first, words="请查收。")
    assert one.ref == "KP2023-0002" and "撤回 KP2023-0001" in one.asks
    moved = in_thread(registration(activity_name="海洋科普大讲坛", start_date=date(2023, 9, 20)), first)
    assert moved.ref == "KP2023-0001" and "重新发来" in moved.asks


def test_a_corrected_form_with_a_new_name_answers_the_correction() -> None:
    wrong = replace(stored(registration(activity_name="海洋科普大讲堂", venue=None)), status="needs_correction")
    one = in_thread(registration(activity_name="海洋科普大讲坛"), wrong, words="请查收。")
    assert (one.ref, one.version, one.asks) == ("KP2023-0001", 2, "")


def test_corrected_without_saying_which_of_several_is_asked() -> None:
    both = (stored(registration(activity_name="甲乙丙丁"), 1), stored(registration(activity_name="戊己庚辛"), 2))
    one = in_thread(registration(activity_name="银龄讲座", **ELSEWHEN), *both, words="已修改")
    assert one.ref == "KP2023-0003" and one.asks
    open_one = (both[0], replace(both[1], status="needs_correction"))
    assert in_thread(registration(activity_name="银龄讲座", **ELSEWHEN), *open_one, words="已修改").ref == "KP2023-0002"


def test_one_name_on_another_day_in_another_mail_is_another_activity() -> None:
    first = stored(registration(activity_name="科普大篷车进校园"))
    again = {"activity_name": "科普大篷车进校园", "start_date": date(2023, 9, 21), "end_date": date(2023, 9, 21)}
    known = Known(submissions=(first,), last_number=1)
    (moved,) = settled(registration(**again, venue="梅岭小学"), known=known)
    assert (moved.ref, moved.version) == ("KP2023-0002", 1) and "撤回 KP2023-0001" in moved.asks
    (same_day,) = settled(registration(activity_name="科普大篷车进校园", venue="梅岭小学"), known=known)
    assert (same_day.ref, same_day.version) == ("KP2023-0001", 2), "another place on that day is a correction"
    assert in_thread(registration(**again, venue="梅岭小学"), first).ref == "KP2023-0001"
    open_one = Known(submissions=(replace(first, status="needs_correction"),), last_number=1)
    assert settled(registration(**again), known=open_one)[0].ref == "KP2023-0001", "what was to be put right was"
    read_one = said(registration(**again, venue="梅岭小学"), "更正：活动改期，以此为准")
    kept = without_copies([(form, UNIT) for form in read_one.forms])
    assert settle(kept, heard(Case(read_one, (), known, RULES, NOW)))[0][0].ref == "KP2023-0001"


def said(form: Form, words: str) -> Read:
    one = read(form)
    return replace(one, message=replace(one.message, new_text=words))


@pytest.mark.parametrize(
    "words",
    [
        "不是新增活动，还是原来报的那项，时间地点有变。",
        "我们并没有新增项目，换了名称和场地，请查收。",
        "不是另一项活动，是同一项改了名字。",
    ],
)
def test_a_further_activity_denied_is_the_one_reported(words: str) -> None:
    first = stored(registration(activity_name="机器人体验日"))
    one = in_thread(registration(activity_name="银龄讲座", **ELSEWHEN), first, words=words)
    assert (one.ref, one.version) == ("KP2023-0001", 2)


def test_one_name_at_another_occasion_in_the_thread_is_asked_about() -> None:
    """It is taken as the next version, and the answer says so; a mere change of the day is not asked about."""
    first = stored(registration(activity_name="海洋科普大讲堂"))
    other = in_thread(registration(activity_name="海洋科普大讲堂", **ELSEWHEN), first, words="请查收。")
    assert other.ref == "KP2023-0001" and "另一项活动" in other.asks
    later = in_thread(registration(activity_name="海洋科普大讲堂", start_date=date(2023, 9, 20)), first)
    assert (later.ref, later.asks) == ("KP2023-0001", "")


def test_another_name_and_content_at_the_same_occasion_is_asked_about() -> None:
    first = stored(registration(activity_name="海洋科普展", content="展出海洋生物标本三十件，讲解员现场讲解。"))
    other = registration(activity_name="水火箭竞赛", content="组织小学生自制水火箭，评出一二三等奖并颁奖。")
    one = in_thread(other, first, words="请查收。")
    assert one.ref == "KP2023-0001" and "另一项活动" in one.asks


@pytest.mark.parametrize(
    ("values", "subject", "earlier", "is_strange"),
    [
        ({}, "报送登记表", (), True),
        ({"host_unit": "晋江市科协、晋江市西屿航标站"}, "报送登记表", (), False),
        ({"email": "a@example.com"}, "报送登记表", (), False),
        ({}, "转报晋江市科协的登记表", (), False),
        ({}, "报送登记表", ("晋江市图书馆",), False),
    ],
)
def test_a_form_of_another_unit_may_be_a_wrong_file(
    values: dict[str, Plain], subject: str, earlier: tuple[str, ...], is_strange: bool
) -> None:
    """A person and its sender are asked, where neither form nor letter tells that it is meant so."""
    roster = Roster((RosterUnit("晋江市西屿航标站", emails=("a@example.com",)),))
    found = settled(registration(**values))
    mail = read(found[0].form)
    mail = replace(mail, message=replace(mail.message, subject=subject))
    case = Case(mail, (), Known(sender_units=earlier), replace(RULES, roster=roster), NOW)
    assert bool(asks_whose(found, case)) == is_strange
    assert len(reviews_of_sender(found, case)) == is_strange
