"""What a letter says beside its forms goes to a person; what only hands them over does not. Pure, no server."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest

from bot.base.replacing import replace
from bot.decision.facts import Case, Known, Read
from bot.decision.model import ItemState, Settled
from bot.decision.questions import KnownQuestion
from bot.decision.words.beside import Beside, beside, drafts, with_corrections
from bot.decision.words.passed_on import joined
from bot.forms.model import Form, Kind, Value
from bot.message.parse import parse_message
from bot.statements.model import Said, Statement
from tests.cases import cases
from tests.decision.test_versions import NOW, RULES
from tests.reading import heard

FORM = Form(
    Kind.REGISTRATION,
    "1.eml!/a.docx",
    "docx",
    {"venue": Value("晋江市图书馆三楼"), "phone": Value("0595-22000001"), "activity_name": Value("海洋课")},
    definition="registration",
    labels={"venue": "活动地点", "phone": "联系电话"},
)


def said(text: str, *forms: Form) -> tuple[Beside, list[Form]]:
    """What the letter says beside *forms*, and these as it corrects them."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.com", "报送"
    mail.set_content(text)
    read = Read(parse_message(mail.as_bytes(), []), (), forms or (FORM,), NOW)
    case, notes = with_corrections(heard(Case(read, (), Known(), RULES, NOW)))
    return beside(case, [settled(form) for form in case.read.submissions()], notes), case.read.submissions()


def settled(form: Form) -> Settled:
    return Settled(form, "晋江市科协", "", "KP2023-0007", 1, ItemState.NEW, False, "", "", {}, "")


@pytest.mark.parametrize("case", cases(__file__, "beside.json"))
def test_a_cover_letter_needs_no_person_and_other_words_are_shown_and_told(case: dict[str, str | None]) -> None:
    """``shown``: words that a person sees and the answer repeats; null for what only hands over."""
    found, _ = said(case["text"] or "")
    shown = case["shown"]
    assert found.is_draft == case.get("draft", found.is_draft)
    if shown is None:
        assert found.words == ()
    else:
        assert any(shown in one for one in (*found.words, *found.notes)) or found.is_draft
        assert shown in "".join(found.notes) or found.is_draft


def test_a_value_that_the_letter_corrects_is_put_in_and_both_are_told() -> None:
    found, (form,) = said("附件是申报表。表盖完章才发现联系电话印错了，应为0595-88700001，请以邮件为准！")
    assert form.plain("phone") == "0595-88700001" and found.words == ()
    assert any("0595-88700001" in note and "0595-22000001" in note for note in found.notes)


def test_what_leads_up_to_a_change_is_seen_and_not_repeated() -> None:
    found, (form,) = said("还是得改一下。3楼在装修，没法用，活动地点改为晋江市科技馆5楼。展板由谁出？")
    assert form.plain("venue") == "晋江市科技馆5楼" and "没法用" in "".join(found.words)
    assert "没法用" not in "".join(found.notes) and "展板由谁出" in "".join(found.notes)


def test_a_word_or_two_are_repeated_with_what_leads_up_to_them() -> None:
    text = "进校园那场。进乡村的不动。展板要吗？"
    said = [Statement(Said.OTHER, word, begin=text.index(word)) for word in ("不动", "展板要吗")]
    assert joined(said[:1], text) == ["进乡村的不动。"] and joined(said[1:], text) == ["展板要吗？"]


def test_what_one_sentence_asks_and_the_next_tells_is_no_question_of_the_list() -> None:
    known = KnownQuestion((("公章", "盖章"), ("要", "吗")), "不要求盖章。")
    assert known.answer_to("公章要盖吗？表格照旧。")
    assert not known.answer_to("主办单位要不要跟着改？公章还没换下来。")


def test_a_telephone_in_the_letter_corrects_nothing() -> None:
    _, (form,) = said("附件是我单位申报表，请查收。\n联系人：张三\n联系电话：0595-22999999")
    assert form == FORM


def test_of_which_of_two_forms_a_letter_speaks_is_for_a_person() -> None:
    other = Form(FORM.kind, "1.eml!/b.docx", "docx", dict(FORM.fields), definition="registration", labels=FORM.labels)
    found, forms = said("活动地点改为晋江市科技馆，请更正。", FORM, other)
    assert forms == [FORM, other] and found.words


def test_what_stands_in_the_form_is_settled() -> None:
    found, _ = said("联系电话改为0595-22000001，见附件。")
    assert found.words == ()


def test_what_the_letter_says_of_the_form_is_compared_with_it() -> None:
    days = {"activity_time": "2023年9月18日上午", "start_date": date(2023, 9, 18), "end_date": date(2023, 9, 18)}
    form = replace(FORM, fields=FORM.fields | {key: Value(value) for key, value in days.items()})
    same, _ = said("我馆拟于9月18日在图书馆三楼举办“海洋课”，现将申报表报上，请审核。", form)
    other, _ = said("我馆拟于9月19日在图书馆三楼举办“海洋课”，现将申报表报上，请审核。", form)
    assert same.words == () and any("9月19日" in one for one in other.words)


def test_days_that_are_only_moved_are_not_moved_once_more() -> None:
    days = {"activity_time": "2023年9月24日上午", "start_date": date(2023, 9, 24), "end_date": date(2023, 9, 24)}
    form = replace(FORM, fields=FORM.fields | {key: Value(value) for key, value in days.items()})
    moved, (same,) = said("活动延期一周，新表见附件，以此为准。", form)
    assert same == form and any("延期一周" in one for one in moved.words)
    _, (put,) = said("附件是申报表，时间推迟到9月25日上午。", form)
    assert put.plain("start_date") == date(2023, 9, 25)


def test_a_draft_waits_and_is_told_how_to_become_a_form() -> None:
    found, _ = said("附件是申报表初稿，请领导审阅")
    assert found.is_draft and not found.words
    assert [one.state for one in drafts([settled(FORM)])] == [ItemState.WAITING]


def test_announced_and_received_are_compared() -> None:
    assert any("3项" in note for note in said("附件为我单位申报表，共3项，请查收。")[0].notes)
    assert not said("附件为我单位申报表1份，请查收。")[0].notes
