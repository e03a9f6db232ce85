"""OFD files: places of letters in every way of writing them, lines, pictures, templates, groups, what nobody sees, signatures."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted
from bot.documents.formats.ofd.package import steps
from bot.documents.formats.ofd.read import read
from bot.documents.model import Blob, Document, Opened, Paragraph
from bot.documents.open import open_blob
from bot.documents.sniff import sniff
from tests.documents.ofd_builder import NS, Ofd, area, line, table, text

ROWS: list[list[tuple[str, int]]] = [
    [("活动名称", 1), ("科普进校园活动", 3)],
    [("联系人", 1), ("庄晓东", 1), ("联系电话", 1), ("0595-22000000", 1)],
    [("主要活动类型", 1), ("☑展览展示  □互动体验", 3)],
    [("主要内容", 1), ("参观展览。\n听两场讲座。", 3)],
]
EXPECTED = [[written for written, _ in row] for row in ROWS]


def opened(ofd: Ofd | bytes) -> Opened:
    data = ofd if isinstance(ofd, bytes) else ofd.bytes()
    return read(Blob("申报表.ofd", "申报表.ofd", data), ReadContext(ocr=False))


def document(ofd: Ofd | bytes) -> Document:
    found = opened(ofd).document
    assert found is not None
    return found


def rows(ofd: Ofd) -> list[list[str]]:
    (found,) = document(ofd).tables()
    return [[cell.text for cell in row] for row in found.rows()]


def lines(ofd: Ofd) -> list[str]:
    return [block.text for block in document(ofd).blocks if isinstance(block, Paragraph)]


def test_it_is_known_by_its_parts_and_read_by_the_queue() -> None:
    data = Ofd([table(ROWS)]).bytes()
    assert sniff(data, "a.zip") == "ofd"
    found = open_blob(Blob("a", "申报表.ofd", data), ReadContext(ocr=False)).document
    assert found is not None and (found.format, found.title, found.problems) == ("ofd", "申报表", ())


@pytest.mark.parametrize("how", ["steps", "repeats", "matrix", "none"])
def test_a_form(how: str) -> None:
    found = document(Ofd([text(60, 30, "2023年全国科普日申报表", how=how) + table(ROWS, how=how)]))
    assert [block.text for block in found.paragraphs()] == ["2023年全国科普日申报表"]
    (form,) = found.tables()
    assert [[cell.text for cell in row] for row in form.rows()] == EXPECTED
    assert [cell.colspan for cell in form.cells] == [1, 3, 1, 1, 1, 1, 1, 3, 1, 3]


def test_where_a_value_stands_is_known() -> None:
    (form,) = document(Ofd([table(ROWS)], area="10 10 210 297")).tables()
    spot = form.cells[1].spots[0]
    assert spot.page == 1
    assert (spot.x0, spot.top) == (pytest.approx((53 - 10) / 210, abs=0.01), pytest.approx((50 - 10) / 297, abs=0.01))


@pytest.mark.parametrize(
    ("written", "count", "found"),
    [
        ("1 2 3", 9, [1, 2, 3]),
        ("g 3 4.5 2", 9, [4.5, 4.5, 4.5, 2]),
        ("2 g 2 1 g 2 3", 9, [2, 1, 1, 3, 3]),
        ("g 1000000000 1", 3, [1, 1, 1]),
        ("1 g 2", 9, [1]),
        ("1 g inf 2", 9, [1]),
        ("1 x 2", 9, [1]),
        (None, 9, []),
    ],
)
def test_offsets(written: str | None, count: int, found: list[float]) -> None:
    assert steps(written, count) == found


def test_a_table_over_two_pages_and_a_template_below_both() -> None:
    columns = (25, 60, 120, 185)
    header = [("序号", 1), ("活动名称", 1), ("联系人", 1)]
    first = table([header, [("1", 1), ("讲座", 1), ("庄晓东", 1)]], y=255, xs=columns)
    second = table([header, [("2", 1), ("展览", 1), ("林小明", 1)]], y=25, xs=columns)
    found = document(Ofd([first, second], template=text(25, 10, "石狮市科学技术协会")))
    (joined,) = found.tables()
    assert [[cell.text for cell in row] for row in joined.rows()] == [
        ["序号", "活动名称", "联系人"],
        ["1", "讲座", "庄晓东"],
        ["2", "展览", "林小明"],
    ]
    assert "石狮市科学技术协会" in [block.text for block in found.paragraphs()]


def test_a_form_printed_in_the_template_and_filled_on_the_page() -> None:
    empty = [[(written if number % 2 == 0 else "", span) for number, (written, span) in enumerate(row)] for row in ROWS]
    filled = [[(written if number % 2 else "", span) for number, (written, span) in enumerate(row)] for row in ROWS]
    xs = (25, 53, 105, 133, 185)
    values = "".join(
        text(xs[sum(span for _, span in row[:number])] + 2, 50 + 12 * at + 0.8 + 5.2 * i, one)
        for at, row in enumerate(filled)
        for number, (written, _) in enumerate(row)
        for i, one in enumerate(written.split("\n"))
        if one
    )
    assert rows(Ofd([values], template=table(empty))) == EXPECTED


def test_letters_below_one_another_and_turned() -> None:
    upright = (
        '<ofd:TextObject ID="1" Boundary="30 40 5 30" Font="3" Size="4.2">'
        '<ofd:TextCode X="0" Y="3.7" DeltaY="g 3 5">主要内容</ofd:TextCode></ofd:TextObject>'
    )
    found = document(Ofd([upright + text(60, 30, "2023年全国科普日申报表")]))
    assert "".join(block.text for block in found.paragraphs()).replace("\t", "") == "2023年全国科普日申报表主要内容"


def test_a_group_of_graphics_and_a_block() -> None:
    group = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="60" Width="100" Height="20"><ofd:Content>'
        f"{text(0, 0, '组里的字')}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    content = (
        '<ofd:CompositeObject ID="9" ResourceID="60" Boundary="30 60 100 20"/>'
        f'<ofd:PageBlock ID="10">{text(30, 80, "块里的字")}</ofd:PageBlock>'
    )
    assert lines(Ofd([text(30, 40, "活动名称：科普进校园") + content], resources=group)) == [
        "活动名称：科普进校园",
        "组里的字",
        "块里的字",
    ]


def test_a_group_that_holds_itself_ends() -> None:
    inner = '<ofd:CompositeObject ID="9" ResourceID="60" Boundary="0 0 1 1"/>' * 20
    group = f'<ofd:CompositeGraphicUnit ID="60"><ofd:Content>{inner}{text(0, 0, "组")}</ofd:Content></ofd:CompositeGraphicUnit>'
    found = lines(Ofd([text(30, 40, "活动名称：科普进校园") + inner], resources=group))
    assert "活动名称：科普进校园" in found


WHITE = '<ofd:FillColor Value="255 255 255"/>'
OLD = text(30, 60, "旧地点三楼")


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (OLD, True),
        (text(30, 60, "旧地点三楼", more=' Visible="false"'), False),
        (text(30, 60, "旧地点三楼", more=' Alpha="0"'), False),
        (text(30, 60, "旧地点三楼", more=' Fill="false"'), False),
        (text(30, 60, "旧地点三楼", inner=WHITE), False),
        (text(30, 60, "旧地点三楼", inner='<ofd:FillColor Value="#FF #FF #FF"/>'), False),
        (text(30, 60, "旧地点三楼", more=' DrawParam="70"'), False),
        (area(28, 58, 60, 9, "20 20 90") + text(30, 60, "旧地点三楼", inner=WHITE), True),
        (OLD + area(28, 58, 60, 9, "255 255 255"), False),
        (OLD + area(28, 58, 60, 9, "255 255 0", ' Alpha="80"'), True),
        (text(300, 60, "旧地点三楼"), False),
        (OLD + line(30, 62.4, 51, 62.4), False),
    ],
)  # fmt: skip
def test_what_is_seen(content: str, seen: bool) -> None:
    white = f'<ofd:DrawParams><ofd:DrawParam ID="70" Relative="71"/><ofd:DrawParam ID="71">{WHITE}</ofd:DrawParam></ofd:DrawParams>'
    found = lines(Ofd([text(30, 40, "活动名称：科普进校园") + content], resources=white))
    assert found == ["活动名称：科普进校园", *(["旧地点三楼"] if seen else [])]


def picture_file(wide: int, high: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (wide, high), "navy").save(out, "PNG")
    return out.getvalue()


def test_a_picture_of_an_event_and_a_page_that_is_a_picture() -> None:
    media = '<ofd:MultiMedias><ofd:MultiMedia ID="80" Type="Image" Format="PNG"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'

    def page(boundary: str, wide: int, high: int) -> str:
        return f'<ofd:ImageObject ID="11" ResourceID="80" Boundary="{boundary}" CTM="{wide} 0 0 {high} 0 0"/>'

    parts = {"Doc_0/Res/a.png": picture_file(400, 300)}
    beside = document(Ofd([table(ROWS) + page("30 200 40 30", 40, 30)], resources=media, parts=parts))
    assert [(one.width, one.height) for one in beside.pictures] == [(400, 300)]
    assert not beside.ocr
    whole = read(
        Blob("a", "a.ofd", Ofd([page("0 0 210 297", 210, 297)], resources=media, parts=parts).bytes()), ReadContext()
    ).document
    assert whole is not None and whole.ocr and not whole.blocks


def test_attached_files_and_later_notes() -> None:
    listed = f'<ofd:Attachments {NS}><ofd:Attachment ID="1" Name="汇总表" Format="xls"><ofd:FileLoc>Attach/1.xls</ofd:FileLoc></ofd:Attachment></ofd:Attachments>'
    pages = f'<ofd:Annotations {NS}><ofd:Page PageID="100"><ofd:FileLoc>Annots/Page_0.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
    seen_through = ' Alpha="90"'
    notes = (
        f'<ofd:PageAnnot {NS}><ofd:Annot ID="1" Type="Path"><ofd:Appearance Boundary="30 100 80 10">{text(0, 0, "补充：雨天改期")}</ofd:Appearance></ofd:Annot>'
        f'<ofd:Annot ID="2" Type="Watermark"><ofd:Appearance Boundary="30 120 80 10">{text(0, 0, "内部资料", more=seen_through)}</ofd:Appearance></ofd:Annot>'
        f'<ofd:Annot ID="3" Type="Watermark"><ofd:Appearance Boundary="30 140 80 10">{text(0, 0, "地点：科技馆")}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>'
    )
    found = opened(
        Ofd(
            [text(30, 40, "活动名称：科普进校园")],
            document="<ofd:Annotations>Annotations.xml</ofd:Annotations><ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>",
            parts={
                "Doc_0/Annotations.xml": pages.encode(),
                "Doc_0/Annots/Page_0.xml": notes.encode(),
                "Doc_0/Attachs/Attachments.xml": listed.encode(),
                "Doc_0/Attachs/Attach/1.xls": b"inner",
            },
        )
    )
    assert [(child.name, child.data) for child in found.children] == [("汇总表.xls", b"inner")]
    assert found.document is not None
    assert [block.text for block in found.document.paragraphs()] == [
        "活动名称：科普进校园",
        "补充：雨天改期",
        "地点：科技馆",
    ]


def test_signatures_are_named() -> None:
    name = "石狮市科学技术协会".encode()
    seal = b"\x30\x40\x16\x02ES" + b"\x0c" + bytes([len(name)]) + name + b"\x04\x04\xff\xd8\xff\xe0"
    listed = f'<ofd:Signatures {NS}><ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'
    one = (
        f'<ofd:Signature {NS}><ofd:SignedInfo><ofd:Provider ProviderName="some" Company="某公司"/>'
        "<ofd:SignatureDateTime>2023-08-28 10:00:00</ofd:SignatureDateTime><ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        "<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    )
    parts = {
        "Doc_0/Signs/Signatures.xml": listed.encode(),
        "Doc_0/Signs/Sign_0/Signature.xml": one.encode(),
        "Doc_0/Signs/Sign_0/Seal.esl": seal,
    }
    found = document(
        Ofd([table(ROWS)], parts=parts, body="<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>")
    )
    assert found.notes == ("文件带有电子签章：石狮市科学技术协会（2023-08-28）",)


def test_symbol_fonts() -> None:
    tick = '<ofd:TextObject ID="1" Boundary="30 60 5 5" Font="5" Size="4.2"><ofd:TextCode X="0" Y="3.7">\uf0fe</ofd:TextCode></ofd:TextObject>'
    assert lines(Ofd([text(30, 40, "活动名称：科普进校园") + tick + text(34.3, 60, "青少年")]))[1] == "☑青少年"


def test_what_cannot_be_opened() -> None:
    with pytest.raises(Encrypted):
        document(Ofd([table(ROWS)], parts={"Encryptions.xml": b"<a/>"}))
    with pytest.raises(Damaged):
        document(Ofd([]))
