"""一项活动: each value's place in the original, whatever the original is; versions, letters; and nothing in an original runs or is fetched."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from functools import partial

import docx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from bot.desk.evidence.paper import STYLE, Marks, drawn, page, turned
from bot.desk.evidence.sheets import draw
from bot.documents.model import Cell, Document, Paragraph, Spot, Table
from bot.forms.model import Place
from bot.forms.read import read_forms
from tests.desk.conftest import COORDINATOR, Open, Serve, Served
from tests.desk.morning import HARM, PDF
from tests.documents.conftest import document_of, squeezed
from tests.documents.ofd_builder import Ofd
from tests.documents.ofd_builder import table as table_on_page
from tests.documents.scan_maker import picture_file, rendered
from tests.documents.test_places import CAMPAIGN, DEFINITIONS, WRITTEN
from tests.documents.test_pptx import cell, pptx, run, shape_xml
from tests.documents.test_pptx import table as slide_table
from tests.documents.test_pptx import text as slide_text
from tests.factory import docx_file, html_file, rtf_file, sheet_file
from tests.factory.layouts import LAYOUTS
from tests.flow.office import Office
from tests.flow.samples import mail, registration

LATER = "2023-08-25T15:00+08:00"


def ref_of(office: Office, title: str) -> str:
    (row,) = office.view("SELECT ref FROM v_submissions WHERE title LIKE ? AND is_current", f"%{title}%")
    return str(row["ref"])


def here(frame: Page, title: str = "original") -> str:
    found = frame.frame_locator(f"iframe[name={title}]").locator("#here")
    found.wait_for(timeout=15_000, state="attached")
    return found.inner_text()


def test_the_click_marks_the_cell_without_scripts(look: Open, shown: Served) -> None:
    seen = look(f"/activity/{ref_of(shown.office, '科技馆里的海洋课')}", scripts=False)
    seen.get_by_role("link", name="出处：活动地点").click()
    assert here(seen) == "晋江市科技馆一楼大厅"
    seen.get_by_role("link", name="出处：联系电话").click()
    seen.frame_locator("iframe").locator("#here", has_text="0595-22000000").wait_for()
    seen.get_by_role("link", name="出处：填报日期").click()
    seen.frame_locator("iframe").locator("mark#here", has_text="2023年8月25日").wait_for()


def test_a_field_in_the_address_is_marked_on_both_sides(look: Open, shown: Served) -> None:
    seen = look(f"/activity/{ref_of(shown.office, '科技馆里的海洋课')}?field=contact_person")
    assert here(seen) == "庄晓东" and "庄晓东" in seen.locator("[aria-current=true]").inner_text()


def test_rows_of_a_sheet(look: Open, shown: Served) -> None:
    seen = look(f"/activity/{ref_of(shown.office, '重点活动汇总表')}")
    seen.get_by_role("link", name="磁灶镇中心小学").click()
    assert here(seen) == "磁灶镇中心小学"
    row = seen.frame_locator("iframe").locator("tr", has=seen.frame_locator("iframe").locator("#here"))
    assert row.locator("th").inner_text() == "5"


def test_a_pdf_is_shown_as_its_page_with_the_box(look: Open, shown: Served) -> None:
    seen = look(f"/activity/{ref_of(shown.office, '全国科普日主场活动')}?field=mobile")
    box = seen.frame_locator("iframe").locator("rect#here")
    box.wait_for(timeout=15_000, state="attached")
    picture = seen.frame_locator("iframe").locator("svg image").bounding_box()
    there = box.bounding_box()
    assert picture and there and there["y"] > 0
    # The box that is drawn lies around the ink of the number: what it frames in the page itself is that cell.
    sheet = rendered(PDF)
    x0, x1 = ((there["x"] - picture["x"] + dx) / picture["width"] * sheet.shape[1] for dx in (0, there["width"]))
    top, bottom = ((there["y"] - picture["y"] + dy) / picture["height"] * sheet.shape[0] for dy in (0, there["height"]))
    inside = sheet[int(top) + 8 : int(bottom) - 8, int(x0) + 8 : int(x1) - 8]
    assert (inside < 128).any() and (inside.mean() > 200)


FILES = {
    "plain.docx": ("海洋课堂一", lambda data: data),
    "包.zip": ("海洋课堂二", lambda data: zipped({"里面/申报表.docx": data})),
    "转.eml": ("海洋课堂三", lambda data: mail(sender="school@x.example.com", files={"申报表.docx": data})),
}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def typed(name: str) -> str:
    return "\n".join(
        [
            "各位老师好，我单位的申报如下：",
            "填报单位：泉州市气象局",
            f"活动名称：{name}",
            "主办单位：泉州市气象局",
            "联系人：苏小梅",
            "联系电话：0595-22000008",
            "活动时间：2023年9月18日",
            "活动地点：气象科普馆",
            "主要活动内容：参观气象科普馆，听专家讲台风的形成，看气象观测的设备。",
        ]
    )


@pytest.fixture(scope="module")
def many(filled: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One office for all that is only looked at: forms in archives, in mails and in the mail's text, words that change them, a scan."""
    import shutil

    folder = tmp_path_factory.mktemp("evidence")
    shutil.copytree(filled.path, folder / "office")
    office = Office(folder / "office", filled.dovecot, filled.user, filled.smtp)
    for number, (name, (title, packed)) in enumerate(FILES.items()):
        form = registration(name=title, unit="泉州市气象局", host="泉州市气象局")
        office.deliver(mail(sender=f"one{number}@qx.example.com", subject=title, files={name: packed(form)}))
    office.deliver(mail(sender="typed@qx.example.com", subject="申报", text=typed("气象馆开放日")))
    office.once(now=LATER, expect=None)
    return office


@pytest.fixture
def looked_at(serve: Serve, many: Office) -> Served:
    return serve(many, LATER)


def marked(served: Served, ref: str, field: str) -> str:
    """What the original marks, without tags."""
    html = served.client().get(f"/activity/{ref}/original?field={field}").text
    found = re.search(r'<(\w+)[^>]* id="here"[^>]*>(.*?)</\1>', html, re.DOTALL)
    assert found, html[-2000:]
    return found[2]


def test_members_of_archives_and_mails_and_what_was_typed(looked_at: Served, many: Office) -> None:
    for title, _ in FILES.values():
        assert marked(looked_at, ref_of(many, title), "activity_name") == title
    ref = ref_of(many, "气象馆开放日")
    assert marked(looked_at, ref, "venue") == "气象科普馆"
    page = looked_at.client().get(f"/activity/{ref_of(many, '海洋课堂二')}").text
    assert "包.zip › 里面/申报表.docx" in page


def test_words_of_a_letter_and_the_version_before(serve: Serve, desk_office: Office) -> None:
    ref = ref_of(desk_office, "科技馆里的海洋课")
    text = "老师好！\n联系电话：0595-22000077\n谢谢"
    letter = "SELECT message_id FROM v_outbox WHERE to_addr = 'unit@jinjiang.example.com' ORDER BY id DESC"
    headers = {"In-Reply-To": desk_office.view(letter)[0]["message_id"]}
    desk_office.deliver(mail(subject="Re: 晋江市申报表", text=text, headers=headers))
    desk_office.once(now=LATER, expect=None)
    served = serve(desk_office, LATER)
    assert marked(served, ref, "phone") == "联系电话：0595-22000077"
    assert marked(served, ref, "venue") == "晋江市科技馆一楼大厅"
    page = served.client().get(f"/activity/{ref}").text
    assert "按来信更正" in page and re.search(r"<del>0595-22000000</del>\s*→\s*<ins>0595-22000077</ins>", page)
    before = served.client().get(f"/activity/{ref}?version=1").text
    assert "这是第1版，不是现行版本" in before and "0595-22000077" not in before.split("各版本")[0]
    assert "已被取代" in page and "看现行的第2版" in before and "看现行的" not in page
    assert "不是现行版本" in served.client().get(f"/activity/{ref}/original?version=1").text
    for link in re.findall(r'href="(/activity/[^"]+/letter/\d+|/outbox/\d+/page)"', page):
        assert served.client().get(link).status_code == 200


def test_a_version_from_before_places_were_kept_is_shown(serve: Serve, desk_office: Office) -> None:
    import sqlite3

    ref = ref_of(desk_office, "科技馆里的海洋课")
    with sqlite3.connect(desk_office.path / "data" / "intake.db") as db:
        db.execute(
            "UPDATE submission SET content = json_remove(content, '$.places', '$.confidence') WHERE ref = ?", [ref]
        )
    served = serve(desk_office)
    html = served.client().get(f"/activity/{ref}/original?field=venue").text
    assert "没有记下" in html and "晋江市科技馆一楼大厅" in html
    assert served.client().get(f"/activity/{ref}").status_code == 200


def test_beside_what_a_scan_does_not_show_for_certain_stands_that_part_of_it(serve: Serve, desk_office: Office) -> None:
    import json
    import sqlite3

    ref = ref_of(desk_office, "科技馆里的海洋课")
    page = np.full((400, 800, 3), 255, np.uint8)
    page[100:200, 400:600] = (200, 0, 0)
    Image.fromarray(page).save(desk_office.path / "data" / "scan.png")
    place = {"page": 1, "x0": 0.5, "top": 0.25, "x1": 0.75, "bottom": 0.5, "turn": 0}
    with sqlite3.connect(desk_office.path / "data" / "intake.db") as db:
        ((content, version),) = db.execute("SELECT content, version FROM submission WHERE ref = ?", [ref]).fetchall()
        told = json.loads(content)
        told["places"]["venue"] = told["places"]["phone"] = [{"path": "1.eml!/scan.png", "spots": [place]}]
        told["confidence"] = {"venue": 0.9, "phone": 0.99}
        told["rows"] = [{"venue": "图书馆"}, {"venue": "文化馆"}]
        told["row_places"] = [{"venue": told["places"]["venue"]}] * 2
        told["row_confidence"] = [{"venue": 0.99}, {"venue": 0.9}]
        db.execute("UPDATE submission SET content = ? WHERE ref = ? AND version = ?", [json.dumps(told), ref, version])
        db.execute("INSERT INTO saved_file (mail, path, sha256, file) VALUES (1, '1.eml!/scan.png', 'x', 'scan.png')")
    client = serve(desk_office).client()
    strip, of_row = re.findall(r'<img class="strip" src="([^"]+)"', client.get(f"/activity/{ref}").text)
    assert "field=venue" in strip and "row=1" in of_row
    assert client.get(html.unescape(of_row)).headers["content-type"] == "image/jpeg"
    answer = client.get(html.unescape(strip))
    assert answer.headers["content-type"] == "image/jpeg"
    shown = Image.open(io.BytesIO(answer.content)).convert("RGB")
    red, _, blue = shown.getpixel((shown.width // 2, shown.height // 2))
    assert red > 2 * blue
    assert client.get(f"/activity/{ref}/strip?field=host_unit").status_code == 404


def test_downloads_and_what_is_not_there(looked_at: Served, many: Office) -> None:
    client, ref = looked_at.client(), ref_of(many, "海洋课堂一")
    form = client.get(f"/activity/{ref}/form.docx")
    text = "\n".join(c.text for t in docx.Document(io.BytesIO(form.content)).tables for r in t.rows for c in r.cells)
    assert "海洋课堂一" in text and "attachment" in form.headers["content-disposition"]
    original = client.get(f"/activity/{ref}/file")
    assert "海洋课堂一" in docx.Document(io.BytesIO(original.content)).tables[0].cell(0, 1).text
    for path in (
        "/activity/KP2023-9999",
        f"/activity/{ref}?version=99",
        f"/activity/{ref}/letter/1",
        f"/activity/{ref}/letter/..%2f1",
        f"/activity/{ref}/original?version=7",
    ):
        assert client.get(path).status_code == 404, path
    for path in ("", "/original", "/file", "/form.docx", "/letter/1"):
        answer = looked_at.client("").get(f"/activity/{ref}{path}")
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login")


def test_a_lost_file_is_told(serve: Serve, desk_office: Office) -> None:
    ref = ref_of(desk_office, "渔港科普集市")
    for path in (desk_office.path / "data" / "raw").rglob("*.gz"):
        path.unlink()
    html = serve(desk_office).client().get(f"/activity/{ref}/original?field=contact_person")
    assert html.status_code == 200 and "不能显示" in html.text


def test_nothing_in_an_original_runs_or_is_fetched(look: Open, shown: Served) -> None:
    ref = ref_of(shown.office, "陶瓷")
    for path in (f"/activity/{ref}?field=venue", f"/activity/{ref}/original?field=venue"):
        asked: list[str] = []
        seen = look("/")
        seen.on("request", lambda request, asked=asked: asked.append(request.url))
        seen.goto(path)
        assert "ran" not in seen.title().split("陶瓷")[0] and seen.title() != "ran"
        assert not [url for url in asked if "harm.example.com" in url]
        assert all(url.startswith((seen.url.split("/activity")[0], "data:")) for url in asked)
        for frame in seen.frames:
            assert frame.locator("script:not([src]), img, object, embed, [onerror]").count() == 0
    answer = seen.request.get(f"/activity/{ref}/original?field=venue")
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy.split("; ") and "script-src" not in policy and "default-src 'none'" in policy
    assert HARM not in answer.text()


# -- drawn -------------------------------------------------------------------------------------------------


def html_of(*blocks: Paragraph | Table, places: tuple[Place, ...] = ()) -> str:
    return page(drawn(Document("1.eml!/a.docx", "a.docx", "docx", tuple(blocks)), Marks(places)))


def test_cells_stand_in_their_columns() -> None:
    table = Table((Cell(0, 0, "甲", rowspan=2), Cell(0, 2, "丙"), Cell(1, 1, "乙"), Cell(2, 0, "丁", colspan=3)))
    html = html_of(table, places=(Place("", table=1, row=1, col=1),))
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    assert rows == [
        '<td rowspan="2">甲</td><td></td><td>丙</td>',
        '<td class="here" id="here">乙</td><td></td>',
        '<td colspan="3">丁</td>',
    ]


def test_long_tables_are_cut_but_not_at_the_place() -> None:
    rows, cols = 5000, 300
    cells = (*(Cell(row, 0, f"第{row}行") for row in range(rows)), Cell(4321, cols, "这里", 60000, 60000))
    html = html_of(Table(cells), places=(Place("", table=1, row=4321, col=cols),))
    assert 'id="here">这里' in html and "第0行" in html and "第4300行" in html and "第2000行" not in html
    assert len(html) < 3_000_000 and "以下从略" in html


def test_what_is_quoted_is_marked_where_it_is_counted() -> None:
    blocks = (Paragraph("电话：0595-1"), Paragraph("电话：0595-1"))
    html = html_of(*blocks, places=(Place("", paragraph=2, quote="0595-1"),))
    assert html.count('id="here"') == 1
    assert "<p>电话：0595-1</p><p>电话：<mark" in html


def test_the_frame_shows_its_own_stylesheet(look: Open, shown: Served) -> None:
    seen = look(f"/activity/{ref_of(shown.office, '科技馆里的海洋课')}?field=venue")
    colour = seen.frame_locator("iframe").locator("#here").evaluate("e => getComputedStyle(e).backgroundColor")
    assert colour == "rgb(255, 242, 168)" and "#fff2a8" in STYLE


def test_a_picture_is_turned_so_that_it_can_be_read() -> None:
    upright = rendered(PDF)
    sheets = draw(picture_file(np.ascontiguousarray(np.rot90(upright))), "a.jpg", 1, 90, ())
    (sheet,) = sheets.shown
    shown, meant = (
        np.asarray(one.convert("L").resize((300, 424)), np.float32)
        for one in (Image.open(io.BytesIO(sheet.jpeg)), Image.fromarray(upright))
    )
    assert np.abs(shown - meant).mean() < 6 < np.abs(shown[::-1, ::-1] - meant).mean()
    # Of the upright sheet a box in its upper left; on the picture as it came that lies at the lower left.
    assert np.allclose(turned(Spot(1, 0.1, 0.7, 0.2, 0.8, 90)), (0.2, 0.1, 0.3, 0.2))


def test_a_value_set_at_the_desk_leads_to_the_words_of_the_act(served: Served) -> None:
    ref = ref_of(served.office, "渔港科普集市")
    client = served.client()
    html = client.get(f"/activity/{ref}").text
    hidden = {name: re.findall(f'name="{name}" value="([^"]*)"', html)[0] for name in ("seen", "key")}
    data = {"deed": "corrected", "ref": ref, "label": "活动地点", "value": "石狮市祥芝中心渔港", "do": "send", **hidden}
    assert client.post("/todo", data, page=f"/activity/{ref}").status_code == 303
    assert "石狮市祥芝中心渔港" in marked(served, ref, "venue")
    assert marked(served, ref, "contact_person") == "蔡明远"
    assert f"{COORDINATOR} 更正" in client.get(f"/activity/{ref}").text


# -- every format ------------------------------------------------------------------------------------------

ON_PAGES = (
    [("填报单位", 1), ("泉州市气象局", 3)],
    [("活动名称", 1), ("气象馆开放日", 3)],
    [("联系人", 1), ("苏小梅", 1), ("联系电话", 1), ("0595-22000008", 1)],
    [("活动时间", 1), ("2023年9月18日", 1), ("活动地点", 1), ("气象科普馆", 1)],
    [("主要活动内容", 1), ("参观气象科普馆，听专家讲台风的形成。", 3)],
)
TOLD = {
    "activity_name": "气象馆开放日",
    "contact_person": "苏小梅",
    "phone": "0595-22000008",
    "venue": "气象科普馆",
    "start_date": "2023年9月18日",
}


def on_slides() -> bytes:
    rows = [
        "".join(cell(text, f'gridSpan="{wide}"') + cell("", 'hMerge="1"') * (wide - 1) for text, wide in row)
        for row in ON_PAGES
    ]
    title = shape_xml(slide_text(run("全国科普日申报表")), "title")
    return pptx([shape_xml(slide_text(run("说明"))), title + slide_table(*rows)])


WRITERS: dict[str, Callable[[], bytes]] = {
    **{f"a.{kind}": partial(write, LAYOUTS["official"]()) for kind, write in (
        ("docx", docx_file.docx_bytes), ("html", html_file.html_bytes), ("mht.doc", html_file.mht_bytes), ("rtf", rtf_file.rtf_bytes),
        ("xlsx", sheet_file.xlsx_bytes), ("xls", sheet_file.xml_2003_bytes), ("csv", sheet_file.csv_bytes),
    )},
    "tab.csv": partial(sheet_file.csv_bytes, LAYOUTS["retyped"](), "utf-8", "\t"),
    "lines.txt": lambda: "\n".join(f"{row[n][0]}：{row[n + 1][0]}" for row in ON_PAGES for n in range(0, len(row), 2)).encode(),
    "a.pptx": on_slides,
    "a.ofd": lambda: Ofd([table_on_page(ON_PAGES)]).bytes(),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_of_every_format_the_place_of_each_value_is_marked(name: str) -> None:
    document = document_of(WRITERS[name](), name)
    (form, *_) = read_forms(document, DEFINITIONS, CAMPAIGN)
    told = TOLD if name in ("a.pptx", "a.ofd", "lines.txt") else WRITTEN
    wrong = {}
    for key, text in told.items():
        if key == "report_date" and form.plain(key) is None:
            continue
        html = page(drawn(document, Marks(form.fields[key].places)))
        found = re.search(r'<(\w+)[^>]* id="here"[^>]*>(.*?)</\1>', html, re.DOTALL)
        if not found or squeezed(text) not in squeezed(found[2]):
            wrong[key] = (text, form.fields[key].places, found and found[2])
    assert not wrong
