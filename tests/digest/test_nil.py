"""A unit that has nothing to report: counted as reported, never reminded, until a form of its own comes; and how long letters wait."""

import io
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from bot.decision.model import ReviewItem
from bot.decision.states import ReviewReason
from bot.digest.reminders import reminders
from bot.digest.workbook.workbook import build_workbook
from bot.forms.model import Kind
from bot.letters.office import office_of
from bot.store import reviews
from bot.store.forms.nil_reports import report_nil
from tests.digest.conftest import Office
from tests.digest.test_mail import mail_of, part

UNIT = "石狮市科学技术协会"


def state_of(office: Office, unit: str) -> str:
    return next(str(row["state"]) for row in office.store.db.query("SELECT state FROM v_units WHERE unit = ?", [unit]))


def at(office: Office, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=office.settings.schedule.zone)


def test_a_nil_report_counts_until_a_form_comes(empty_office: Office) -> None:
    office, world = empty_office, empty_office.world
    with office.store.transaction() as db:
        for unit in office.roster.units:
            db.execute("INSERT OR REPLACE INTO roster_unit VALUES (?, ?, ?)", [unit.name, unit.expected, unit.group])
    before = office.figures()
    said = at(office, "2023-08-24T10:00")
    mail = world.mail(said, "ss@example.com", "零报告")
    with office.store.transaction() as db:
        report_nil(db, UNIT, said.isoformat(), mail)
    assert state_of(office, UNIT) == "nil"
    for deadline in (0, 1):
        found = office.figures(deadline)
        assert found.reported == before.reported + 1 and UNIT not in {one.unit.name for one in found.missing}
        assert [one.unit.name for one in found.nil] == [UNIT] and not found.short
        told = {state.unit.name for one in reminders(found, {}, found.now) for state in one.units}
        assert told and UNIT not in told
    text, page = (part(mail_of(office), kind) for kind in ("plain", "html"))
    assert "（含零报告1个）" in text and "含零报告1个" in page
    book = load_workbook(io.BytesIO(build_workbook(office.figures(), office_of(office.settings))))
    rows = {row[1]: row[2] for row in book["单位情况"].iter_rows(min_row=2, values_only=True)}
    assert rows[UNIT] == "零报告" and UNIT not in {row[1] for row in book["缺报单位"].iter_rows(values_only=True)}
    world.add(
        Kind.REGISTRATION, UNIT, "后来还是办了", said + timedelta(days=1), fields={"activity_name": "后来还是办了"}
    )
    assert state_of(office, UNIT) == "reported" and not office.figures().nil
    with office.store.transaction() as db:
        db.execute("UPDATE submission SET status = 'withdrawn'")
    assert state_of(office, UNIT) == "wrote", "what came later ended the nil report for good"


def test_an_update_that_waits_for_a_person_ends_nothing(empty_office: Office) -> None:
    office, said = empty_office, at(empty_office, "2023-08-24T10:00")
    office.world.add(Kind.REGISTRATION, UNIT, "取消的活动", said - timedelta(days=1), status="withdrawn")
    mail = office.world.mail(said, "ss@example.com", "零报告")
    with office.store.transaction() as db:
        report_nil(db, UNIT, said.isoformat(), mail)
    office.world.add(Kind.REGISTRATION, UNIT, "别人报的", said + timedelta(days=1), status="held", current=False)
    assert state_of(office, UNIT) == "nil"


def test_the_first_screen_says_how_long_letters_wait(empty_office: Office, tmp_path: Path) -> None:
    office, world = empty_office, empty_office.world
    assert "待答复" not in part(mail_of(office), "plain")
    came = at(office, "2023-08-27T08:00")
    waiting = (ReviewReason.WORDS, ReviewReason.NO_FORM, ReviewReason.HELD)
    for number, reason in enumerate((*waiting, ReviewReason.WORDS)):
        mail = world.mail(came + timedelta(hours=number), "ss@example.com")
        with office.store.transaction() as db:
            for path in ("", "a.docx"):  # two questions of one letter are one letter
                moment = came + timedelta(hours=number)
                reviews.add_review(db, mail, ReviewItem(reason, "请问", path), moment.isoformat())
    text, page = (part(mail_of(office), kind) for kind in ("plain", "html"))
    assert "待答复来信3封，最早的已等2天。" in text and "待答复来信3封，最早的已等2天。" in page
    assert text.index("待答复来信") < text.index("【")
