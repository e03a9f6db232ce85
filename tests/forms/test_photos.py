"""One form on several photos."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.documents.model import Document, Table
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind
from bot.forms.photos import put_together, read_photos
from tests.forms.build import FILLED, HEAD, TITLE, document, registration_table

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def photo(path: str, *, rows: range = range(99), sure: float = 0.99, head: bool = True, **values: str) -> Document:
    made = registration_table(**{**FILLED, **values})
    kept = [c for c in made.cells if c.row in rows]
    first = min(c.row for c in kept)
    cells = tuple(replace(c, row=c.row - first, confidence=sure) for c in kept)
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
