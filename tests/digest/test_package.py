"""The package: documents read back by the bot's own readers, originals in their folders, a second export, odd names."""

import hashlib
import json
import random
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from bot.base.campaign import Campaign
from bot.decision.versions.content import plain_fields
from bot.digest.package.export import export
from bot.digest.package.file_names import Names, file_name
from bot.digest.package.filled_forms import PrintedForm, filled_table
from bot.digest.workbook.summary import in_roster_order, row_of, table_of
from bot.documents.context import ReadContext
from bot.documents.guard import Here
from bot.documents.model import Blob
from bot.documents.open import open_blob
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind
from bot.forms.read import read_forms
from bot.letters.office import office_of
from tests.digest.conftest import Office
from tests.digest.world import registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def read_back(data: bytes, name: str = "x.docx") -> list[Form]:
    opened = open_blob(Blob(name, name, data), ReadContext(ocr=False))
    assert opened.document is not None
    return read_forms(opened.document, DEFINITIONS, CAMPAIGN)


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


FORMS: list[dict[str, Any]] = [
    {},
    {"undertaking_unit": "晋江市科技馆", "activity_types": ["其他：科普研学"], "audiences": ["青少年", "其他：亲子家庭"]},
    {"activity_types": ["展览展示", "互动体验", "现场咨询", "科普宣传", "科普表演"], "audiences": ["农民", "产业工人", "领导干部和公务员", "老年人"]},
    {"expected_public": None, "staff_count": None, "phone": None, "report_date": None},
    {"content": "第一段。\n第二段：“引号”、<尖括号> & 符号。\n1.列表\n2.列表", "activity_name": "名称" * 30},
    {"activity_time": "2023年9月17日至23日", "start_date": "2023-09-17", "end_date": "2023-09-23", "mobile": None, "email": None},
]  # fmt: skip


@pytest.mark.parametrize("other", FORMS, ids=range(len(FORMS)))
def test_a_filled_form_is_read_back_as_it_was(other: dict[str, Any]) -> None:
    definition = DEFINITIONS.of_kind(Kind.REGISTRATION)
    assert definition
    fields = (
        registration("晋江市科学技术协会", "科普进校园", date(2023, 9, 17), 0, random.Random(3))
        | {"activity_types": ["展览展示"], "audiences": ["老年人"], "expected_public": 300, "staff_count": 12}
        | other
    )
    [form] = read_back(PrintedForm(definition).printed({"fields": fields}))
    assert form.kind is Kind.REGISTRATION
    found = plain_fields(form.fields)
    assert {key: found.get(key) for key in fields} == {
        key: value if value != [] else None for key, value in fields.items()
    }


def test_the_merged_summary_is_read_back_with_every_row(office: Office) -> None:
    definition = DEFINITIONS.of_kind(Kind.SUMMARY)
    assert definition
    found = office.figures()
    heads, cells = table_of(definition, [row_of(activity) for activity in in_roster_order(found)])
    [form] = read_back(filled_table(definition, heads, cells, "泉州市科学技术协会"))
    assert form.kind is Kind.SUMMARY and len(form.rows) == len(found.activities)
    assert [row["activity_name"].value for row in form.rows] == [a.name for a in in_roster_order(found)]
    assert form.plain("reporting_unit") == "泉州市科学技术协会"


def test_the_whole_package(office: Office, tmp_path: Path) -> None:
    now = datetime(2023, 10, 1, 9, tzinfo=office.settings.schedule.zone)
    tops = export(office.store, office.plan, office_of(office.settings), tmp_path / "out", now, Here(), as_zip=True)
    found, out = office.figures(), tmp_path / "out"
    assert tops[-1].suffix == ".zip" and all(path.exists() for path in tops)
    files = files_below(out)
    title = "2023年泉州市全国科普日重点活动汇总表"
    assert {f"{title}.xlsx", f"{title}.docx", "登记明细.xlsx", "活动日历.ics", "说明.txt", "清单.txt"} <= files
    merged = load_workbook(out / f"{title}.xlsx").active
    assert [str(merged.cell(row, 1).value)[:7] for row in (1, 2, 3, 4)] == [
        "附件2",
        "2023年泉州",
        "填报单位（章）",
        "序号",
    ]
    assert docx.Document(str(out / f"{title}.docx")).paragraphs[0].text == "附件2"
    assert sum(path.startswith("申报表/") for path in files) == found.registrations
    assert "原件/泉州市教育局" in {str(Path(path).parents[1]) for path in files if path.count("/") == 3}
    assert not [path for path in files if "已撤回" in path]
    notes = (out / "说明.txt").read_bytes()
    assert notes.startswith(b"\xef\xbb\xbf") and b"\r\n" in notes
    text = notes.decode("utf-8-sig")
    assert f"活动 {len(found.activities)} 项" in text and f"预计公众参与活动人数 {found.participants}，" in text
    assert all(unit.unit.name in text for unit in found.missing)
    with zipfile.ZipFile(tops[-1]) as archive:
        assert set(archive.namelist()) == files - {tops[-1].name} and archive.testzip() is None
        assert all(info.flag_bits & 0x800 for info in archive.infolist() if not info.filename.isascii())
    for line in (out / "清单.txt").read_text(encoding="utf-8-sig").splitlines():
        sha256, _, path = line.partition("  ")
        assert hashlib.sha256((out / path).read_bytes()).hexdigest() == sha256
    sheet = load_workbook(out / "登记明细.xlsx").active
    assert sheet.max_row == found.registrations + 1
    calendar = Calendar.from_ical((out / "活动日历.ics").read_bytes())
    events = calendar.walk("VEVENT")
    assert len(events) == sum(a.start is not None for a in found.activities)
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert all(event.decoded("DTEND") > event.decoded("DTSTART") for event in events)


def test_originals_lie_by_unit_and_activity_and_are_the_senders_bytes(empty_office: Office, tmp_path: Path) -> None:
    world, zone = empty_office.world, empty_office.settings.schedule.zone
    at = datetime(2023, 8, 25, 9, tzinfo=zone)
    fields = registration("华侨大学", "科普展", date(2023, 9, 17), 0, random.Random(1))
    world.add(Kind.REGISTRATION, "华侨大学", "科普展", at, fields=fields, ref="KP2023-0100", file=b"old")
    world.add(Kind.REGISTRATION, "华侨大学", "科普展", at, fields=fields, ref="KP2023-0100", file=b"new")
    world.add(Kind.REGISTRATION, "华侨大学", "撤回的", at, fields=fields, status="withdrawn", file=b"withdrawn")
    world.add(Kind.SUMMARY, "华侨大学", "汇总", at, rows=[{"activity_name": "科普展"}], file=b"table")
    picture = empty_office.store.files / "pictures" / "ab" / "abc.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"jpeg")
    entry = {"name": "现场1.jpg", "sha256": "abc", "width": 1, "height": 1, "file": "files/pictures/ab/abc.jpg"}
    bad = {"name": "x", "sha256": "d", "file": "../../../etc/passwd"}
    world.add(
        Kind.REPORT,
        "华侨大学",
        "科普展总结",
        at,
        more={
            "pictures": [entry, entry, bad],
            "links": ["https://news.example.com/1"],
            "videos": [{"name": "录像.mp4"}],
        },
        file=b"report",
    )
    with (
        empty_office.store.transaction() as db
    ):  # a poster that came beside the form, and a file of a mail without any form
        db.execute("INSERT INTO saved_file VALUES (2, '海报.jpg', 'p', 'files/gone.jpg', '华侨大学')")
        lonely = world_file(empty_office, b"lonely")
        db.execute("INSERT INTO saved_file VALUES (3, 'a.eml!/广告.docx', 'q', ?, '')", [lonely])
    out = tmp_path / "out"
    export(empty_office.store, empty_office.plan, office_of(empty_office.settings), out, at, Here())
    found = {path: (out / path).read_bytes() for path in files_below(out) if path.startswith(("原件", "活动总结"))}
    links = found.pop("活动总结/华侨大学/科普展总结/链接.txt").decode("utf-8-sig").split()
    assert links == ["https://news.example.com/1", "录像.mp4"]
    assert found == {
        "原件/华侨大学/科普展/科普展.docx": b"new",
        "原件/华侨大学/汇总表/汇总.docx": b"table",
        "活动总结/华侨大学/科普展总结/科普展总结.docx": b"report",
        "活动总结/华侨大学/科普展总结/图片/现场1.jpg": b"jpeg",
        "活动总结/华侨大学/科普展总结/图片/现场1(2).jpg": b"jpeg",
    }
    assert "海报.jpg" in (out / "说明.txt").read_text(encoding="utf-8-sig"), "what is gone from the disk is said"


def world_file(office: Office, data: bytes) -> str:
    path = office.store.files / "lonely"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path.relative_to(office.store.root))


def test_a_second_export_replaces_its_own_and_keeps_what_is_others(empty_office: Office, tmp_path: Path) -> None:
    world, zone = empty_office.world, empty_office.settings.schedule.zone
    at, out = datetime(2023, 8, 25, 9, tzinfo=zone), tmp_path / "out"
    fields = registration("华侨大学", "科普展", date(2023, 9, 17), 0, random.Random(1))
    ref = world.add(Kind.REGISTRATION, "华侨大学", "科普展", at, fields=fields, file=b"x")

    def again() -> set[str]:
        export(empty_office.store, empty_office.plan, office_of(empty_office.settings), out, at, Here())
        return files_below(out)

    first = again()
    assert again() == first, "the same package, no second copies"
    (out / "我的笔记.txt").write_text("mine")
    (out / "登记明细.xlsx").write_bytes(b"edited by hand")
    world.add(Kind.REGISTRATION, "华侨大学", "科普展", at, fields=fields, ref=ref, status="withdrawn")
    second = again()
    assert not [path for path in second if path.startswith(("申报表", "原件"))] and not (out / "申报表").exists()
    assert (out / "我的笔记.txt").read_text() == "mine"
    assert (out / "登记明细(原有).xlsx").read_bytes() == b"edited by hand" and load_workbook(out / "登记明细.xlsx")


@pytest.mark.parametrize(
    "text",
    [
        'a/b\\c:d*e?f"g<h>i|j',
        "..",
        "CON",
        "nul.docx",
        "科普🎈展\u202e.docx",
        "长" * 300 + ".docx",
        " . ",
        "a\nb\tc",
        "",
        "名称.",
        "镕堃喆𬭎.docx",
        "..\\..\\x.docx",
    ],
)
def test_file_names_fit_every_system(text: str) -> None:
    name = file_name(text, "附件")
    assert name and name == name.strip(" .") and len(name.encode("utf-16-le")) // 2 <= 50
    assert not set(name) & set('/\\:*?"<>|\n\t\u202e🎈') and name.split(".")[0].upper() not in {"CON", "NUL"}
    assert name.endswith(".docx") == text.endswith(".docx")
    assert "𬭎" not in text or name == "镕堃喆𬭎.docx", "rare characters of people's names stay"


def test_equal_names_get_numbers() -> None:
    names = Names()
    assert [names.free(n) for n in ("a/申报表.docx", "a/申报表.DOCX", "b/申报表.docx", "a/申报表.docx", "x", "x")] == [
        "a/申报表.docx", "a/申报表(2).DOCX", "b/申报表.docx", "a/申报表(3).docx", "x", "x(2)",
    ]  # fmt: skip


def test_hostile_titles_stay_inside_the_folder(empty_office: Office, tmp_path: Path) -> None:
    at = datetime(2023, 8, 25, 9, tzinfo=empty_office.settings.schedule.zone)
    for text in ("../../../evil", "/etc/passwd", "C:\\x", "..", "=1+1\x00\x07", "a" * 500):
        fields = json.loads(json.dumps(registration(text, text, date(2023, 9, 17), 0, random.Random(1), content=text)))
        empty_office.world.add(Kind.REGISTRATION, text, text, at, fields=fields)
        empty_office.world.add(Kind.REPORT, text, text, at, more={"links": ["javascript:x"]})
    out = tmp_path / "deep" / "out"
    tops = export(
        empty_office.store,
        empty_office.plan,
        office_of(empty_office.settings),
        out,
        at,
        Here(),
        as_zip=True,
    )
    assert {path.name for path in tmp_path.iterdir()} == {"deep", "data"} and {
        p.name for p in (tmp_path / "deep").iterdir()
    } == {"out"}
    assert all(out in path.parents for path in tops)
    assert sum(path.startswith("申报表/") for path in files_below(out)) == 6
