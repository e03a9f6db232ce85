"""Presentations: the text of the slides in order, tables, pictures; nothing that no slide shows."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from PIL import Image

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.model import Blob
from bot.documents.open import open_blob
from bot.documents.sniff import sniff
from tests.documents.conftest import document_of, opened, shape

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def text(*paragraphs: str) -> str:
    return "<p:txBody><a:bodyPr/>" + "".join(f"<a:p>{one}</a:p>" for one in paragraphs) + "</p:txBody>"


def run(written: str, properties: str = "") -> str:
    return f"<a:r><a:rPr {properties}/><a:t>{written}</a:t></a:r>"


def shape_xml(body: str, place: str = "", name: str = "", hidden: str = "") -> str:
    kind = f'<p:ph type="{place}"/>' if place else ""
    return f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="{name}" {hidden}/><p:cNvSpPr/><p:nvPr>{kind}</p:nvPr></p:nvSpPr><p:spPr/>{body}</p:sp>'


def table(*rows: str) -> str:
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="t"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="x"><a:tbl><a:tblGrid/>{"".join(f"<a:tr>{row}</a:tr>" for row in rows)}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
    )


def cell(written: str, attributes: str = "") -> str:
    return f"<a:tc {attributes}>{text(run(written)).replace('p:txBody', 'a:txBody')}</a:tc>"


PICTURE = (
    '<p:pic><p:nvPicPr><p:cNvPr id="9" name="p"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
    '<p:blipFill><a:blip r:embed="rIdP"/></p:blipFill><p:spPr/></p:pic>'
)


def relations(*pairs: tuple[str, str, str]) -> str:
    inner = "".join(f'<Relationship Id="{i}" Type="{KINDS}{kind}" Target="{target}"/>' for i, kind, target in pairs)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def pptx(slides: list[str], order: list[int] | None = None, hidden: frozenset[int] = frozenset()) -> bytes:
    """*slides* are the shapes of each; *order* their numbers as the presentation lists them."""
    image = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(image, "PNG")
    out = io.BytesIO()
    numbers = order or list(range(1, len(slides) + 1))
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        archive.writestr("_rels/.rels", relations(("rId1", "officeDocument", "ppt/presentation.xml")))
        listed = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in numbers)
        archive.writestr(
            "ppt/presentation.xml", f"<p:presentation {A} {P} {R}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
        )
        archive.writestr(
            "ppt/_rels/presentation.xml.rels",
            relations(*((f"rId{n}", "slide", f"slides/slide{n}.xml") for n in numbers)),
        )
        archive.writestr("ppt/media/image1.png", image.getvalue())
        for number, shapes in enumerate(slides, 1):
            show = 'show="0"' if number in hidden else ""
            archive.writestr(
                f"ppt/slides/slide{number}.xml",
                f"<p:sld {A} {P} {R} {show}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>",
            )
            archive.writestr(
                f"ppt/slides/_rels/slide{number}.xml.rels",
                relations(
                    ("rIdP", "image", "../media/image1.png"), ("rIdN", "notesSlide", "../notesSlides/notesSlide1.xml")
                ),
            )
        archive.writestr(
            "ppt/notesSlides/notesSlide1.xml",
            f"<p:notes {A} {P}><p:cSld><p:spTree>{shape_xml(text(run('讲稿')))}</p:spTree></p:cSld></p:notes>",
        )
    return out.getvalue()  # fmt: skip


def test_slides_in_their_order() -> None:
    first = shape_xml(text(run("主办：晋江市科协")), "subTitle") + shape_xml(
        text(run("科普日"), run("活动总结")), "ctrTitle"
    )
    second = (
        shape_xml(text(run("活动情况")), "title")
        + shape_xml(
            text(
                '<a:pPr><a:buAutoNum type="ea1ChsPeriod"/></a:pPr>' + run("启动仪式"),
                '<a:pPr><a:buAutoNum type="ea1ChsPeriod"/></a:pPr>' + run("展览") + "<a:br/>" + run("共三十块展板"),
                run("参加") + run("999", 'strike="sngStrike"') + run("300") + run("人"),
                '<a:fld type="slidenum"><a:t>2</a:t></a:fld>',
            )
        )
        + shape_xml(text(run("第2页")), "sldNum")
        + shape_xml(text(run("藏着")), hidden='hidden="1"')
        + f"<p:grpSp>{shape_xml(text(run('组内')))}</p:grpSp>"
        + table(cell("活动", 'gridSpan="2"') + cell("", 'hMerge="1"'), cell("名称") + cell("科普进校园"))
        + PICTURE
    )
    data = pptx([second, first, shape_xml(text(run("隐藏页")))], [2, 1, 3], frozenset({3}))
    document = document_of(data, "总结.pptx")
    assert shape(document) == [
        "科普日", "活动总结", "主办：晋江市科协",
        "活动情况", "一、启动仪式", "二、展览\n共三十块展板", "参加300人", "组内",
        [(0, 0, 1, 2, "活动"), (1, 0, 1, 1, "名称"), (1, 1, 1, 1, "科普进校园")],
    ]  # fmt: skip
    assert document.format == "pptx"
    assert [(one.content_type, one.width) for one in document.pictures] == [("image/png", 640)]
    assert [paragraph.text for paragraph in document.paragraphs() if paragraph.heading] == [
        "科普日",
        "活动总结",
        "活动情况",
    ]


def test_a_presentation_of_scans_gives_them_to_be_read() -> None:
    found = opened(pptx([PICTURE]), "扫描.pptx")
    assert [child.name for child in found.children] == []  # 480 pixels are no page
    assert found.document is not None and not found.document.blocks


@pytest.mark.parametrize("name", ["总结.pptx", "总结.docx", "总结"])
def test_it_is_named_for_what_it_is(name: str) -> None:
    assert sniff(pptx([shape_xml(text(run("总结")))]), name) == "pptx"


def test_a_presentation_without_its_slides_is_damaged() -> None:
    data = pptx([shape_xml(text(run("总结")))])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            if "slide1" not in info.filename and "presentation.xml.rels" not in info.filename:
                target.writestr(info.filename, source.read(info))
    with pytest.raises(Damaged):
        opened(out.getvalue(), "总结.pptx")


def compound_file(stream: str, content: bytes) -> bytes:
    """An OLE compound file ([MS-CFB]) with one stream: header, one sector of the FAT, the directory, the stream."""
    content = content.ljust(4096, b"\0")
    count = len(content) // 512
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)  # fmt: skip
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *([0xFFFFFFFF] * (128 - len(chain))))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = f"{name}\0".encode("utf-16-le")
        return raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII36xII4x", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, start, size
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream, 2, 0xFFFFFFFF, 2, len(content))
    return header + b"\xff" * (512 - len(header)) + table + directory.ljust(512, b"\0") + content


@pytest.mark.parametrize("name", ["总结.ppt", "总结.doc", "总结"])
def test_a_presentation_of_the_old_kind_is_kept_without_blame(name: str) -> None:
    data = compound_file("PowerPoint Document", "活动总结".encode("utf-16-le"))
    document = open_blob(Blob(name, name, data), ReadContext()).document
    assert document is not None
    (problem,) = document.problems
    assert (document.format, problem.is_error) == ("unknown", False)
    assert name in problem.message and "已留存" in problem.message
