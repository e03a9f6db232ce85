"""One form on several photos."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.documents.model import Document, Table
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind
from bot.forms.photos import put_together, read_photos
from tests.forms.build import FILLED, HEAD, TITLE, document, registration_table

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def photo(
    path: str, *, rows: range = range(99), sure: float = 0.99, head: bool = True, cut: int | None = None, **values: str
) -> Document:
    """*rows* of the form; through the row *cut* the picture ends."""
    made = registration_table(**{**FILLED, **values})
    kept = [c for c in made.cells if c.row in rows]
    first = min(c.row for c in kept)
    cells = tuple(replace(c, row=c.row - first, confidence=sure, cut=c.row == cut) for c in kept)
    shown = document(*((TITLE, HEAD) if head else ()), Table(cells), ocr=True, format="image")
    return replace(shown, path=path, name=path)


def forms(*photos: Document) -> list[Form]:
    return put_together(read_photos(photos, DEFINITIONS, CAMPAIGN))


WHOLE = [photo("1.jpg")]
LAST = max(c.row for c in registration_table(**FILLED).cells)


@pytest.mark.parametrize("overlap", [0, 1])
@pytest.mark.parametrize("upside_down", [False, True])
def test_two_halves_are_one_form(overlap: int, upside_down: bool) -> None:
    halves = [
        photo("1.jpg", rows=range(LAST - 2 + overlap)),
        photo("2.jpg", rows=range(LAST - 2, LAST + 1), head=False),
    ]
    (form,) = forms(*(reversed(halves) if upside_down else halves))
    (whole,) = forms(*WHOLE)
    assert {key: form.plain(key) for key in form.fields} == {key: whole.plain(key) for key in whole.fields}
    assert form.is_correct == whole.is_correct


CONTENT = ("邀请专家作专题报告，解答群众提出的问题；", "组织学生参观科技馆并动手完成小实验。")


def relabelled(document: Document, label: str, row: int) -> Document:
    """The label of a cut row as much as one of the pictures shows it."""
    *head, table = document.blocks
    assert isinstance(table, Table)
    cells = tuple(replace(c, text=label) if (c.row, c.col) == (row, 0) else c for c in table.cells)
    return replace(document, blocks=(*head, Table(cells)))


@pytest.mark.parametrize(
    ("above", "below"), [("主要\n活动\n内容", ""), ("", "主要\n活动\n内容"), ("主要\n活动", "内容")]
)
@pytest.mark.parametrize("overlap", [0, 9])
@pytest.mark.parametrize("upside_down", [False, True])
def test_a_row_that_two_photos_cut_through_is_whole(above: str, below: str, overlap: int, upside_down: bool) -> None:
    upper = relabelled(photo("1.jpg", cut=LAST, content=CONTENT[0]), above, LAST)
    rest = CONTENT[0][len(CONTENT[0]) - overlap :] + CONTENT[1]
    lower = relabelled(photo("2.jpg", rows=range(LAST, LAST + 1), head=False, cut=LAST, content=rest), below, 0)
    (form,) = forms(*((lower, upper) if upside_down else (upper, lower)))
    assert form.plain("content") == "".join(CONTENT)


def test_what_a_cut_row_shows_is_asked_for() -> None:
    """More lines may stand outside; what is whole on the other photo counts."""
    time = next(c.row for c in registration_table().cells if c.text == "活动时间")
    upper = photo("1.jpg", rows=range(time + 1), cut=time, venue="石狮市图书馆")
    (form,) = forms(upper)
    assert form.plain("venue") is None and form.fields["venue"].text == "石狮市图书馆"
    assert any(problem.field == "venue" and problem.is_error for problem in form.problems)
    (form,) = forms(upper, photo("2.jpg", rows=range(time, 99), head=False, venue="石狮市图书馆一楼"))
    assert form.plain("venue") == "石狮市图书馆一楼"


@pytest.mark.parametrize("rows", [range(LAST - 2), range(LAST - 2, 99), range(LAST - 1, 99)])
def test_of_half_a_form_the_other_half_is_asked_for(rows: range) -> None:
    half = photo("1.jpg", rows=rows, head=not rows.start)
    (form,) = forms(half)
    lacking = {"content"} if not rows.start else {"activity_name", "venue", "contact_person"}
    assert form.kind is Kind.REGISTRATION and all(form.plain(key) is None for key in lacking)
    assert lacking <= {problem.field for problem in form.problems if problem.is_error}
    assert ("下半部分" if rows.start else "上半部分") in form.problems[0].message
    assert not any("部分" in problem.message for problem in forms(*WHOLE)[0].problems)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_a_form_in_three_photos(order: tuple[int, ...]) -> None:
    parts = [
        photo("1.jpg", rows=range(4)),
        photo("2.jpg", rows=range(4, LAST), head=False),
        photo("3.jpg", rows=range(LAST, LAST + 1), head=False),
    ]
    (form,) = forms(*(parts[i] for i in order))
    (whole,) = forms(*WHOLE)
    assert {key: form.plain(key) for key in form.fields} == {key: whole.plain(key) for key in whole.fields}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 3, 2), (0, 2, 1, 3)])
@pytest.mark.parametrize("cut", [LAST, LAST - 3])
def test_two_forms_in_four_photos(order: tuple[int, ...], cut: int) -> None:
    """Where the first halves come first, nobody can tell which belong together."""
    parts = [
        photo(f"{n}{k}.jpg", rows=rows, head=not k, name=name, content=f"{name}的内容，请专家讲解。" * 3)
        for n, name in enumerate(("天文观测夜", "急救培训"))
        for k, rows in enumerate((range(cut), range(cut, LAST + 1)))
    ]
    found = forms(*(parts[i] for i in order))
    told = sorted((form.text("activity_name"), form.text("content")[:4]) for form in found)
    if order[1] == 2:
        assert [content for name, content in told if name] == ["", ""]
    else:
        assert told == [("天文观测夜", "天文观测"), ("急救培训", "急救培训")]


def test_of_two_photos_of_one_form_the_surer_values_count() -> None:
    blurred = photo("1.jpg", sure=0.87, person="庄晓末")
    (form,) = forms(blurred, photo("2.jpg"))
    assert form.plain("contact_person") == "庄晓东"
    assert form.fields["contact_person"].places[0].path == "2.jpg"


def test_two_forms_stay_two() -> None:
    other = photo("2.jpg", name="防震减灾讲座", venue="石狮市图书馆")
    assert [form.plain("activity_name") for form in forms(*WHOLE, other)] == ["科普进校园活动", "防震减灾讲座"]
    # The same activity at two places is two forms as well.
    assert len(forms(*WHOLE, photo("2.jpg", venue="石狮市图书馆", time="2023年9月25日"))) == 2


def test_something_else_beside_a_form_stays_that() -> None:
    cells = tuple(replace(c, text=f"照片说明{n}") for n, c in enumerate(registration_table(**FILLED).cells))
    picture = replace(document(Table(cells), ocr=True, format="image"), path="2.jpg", name="2.jpg")
    assert [form.kind for form in forms(*WHOLE, picture)] == [Kind.REGISTRATION, Kind.UNRECOGNISED]
