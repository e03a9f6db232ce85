"""Forms of XML inside a PDF (XFA): their fields are read from the XML where the page shows only «please wait»."""

from __future__ import annotations

import io

import pypdf
import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from bot.documents.context import ReadContext
from bot.documents.formats.pdf.read import read
from bot.documents.model import Blob, Paragraph
from tests.documents.pdf_builder import pdf, text

TEMPLATE = """<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="form1"><pageSet><pageArea/></pageSet>
<draw><value><exData contentType="text/html"><body xmlns="http://www.w3.org/1999/xhtml"><p>科普日重点活动申报表</p></body></exData></value></draw>
<subform><field name="title"><caption><value><text>活动名称</text></value></caption><ui><textEdit/></ui></field>
<field name="phone"><caption><value><text>联系电话</text></value></caption><ui><textEdit/></ui><value><text>0595-22000000</text></value></field>
<field name="old" presence="hidden"><caption><value><text>旧字段</text></value></caption><ui><textEdit/></ui></field></subform>
<exclGroup name="audience"><field><caption><value><text>青少年</text></value></caption><ui><checkButton/></ui><items><text>1</text></items></field>
<field><caption><value><text>农民</text></value></caption><ui><checkButton/></ui><items><text>2</text></items></field></exclGroup>
<field name="show"><caption><value><text>展览展示</text></value></caption><ui><checkButton/></ui><items><integer>1</integer><integer>0</integer></items></field>
<subform name="row"><occur max="-1"/><field name="place"><caption><value><text>活动地点</text></value></caption><ui><textEdit/></ui></field></subform>
<field name="send"><caption><value><text>提交</text></value></caption><ui><button/></ui></field></subform></template>"""
DATA = """<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1><title>科普进校园</title><old>不要</old>
<audience>2</audience><show>1</show><row><place>图书馆</place></row><row><place>文化馆</place></row></form1></xfa:data></xfa:datasets>"""


def with_xfa(packets: dict[str, str] | str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(lambda canvas: text(canvas, 70, 60, "Please wait..."))))

    def stream(written: str) -> pypdf.generic.IndirectObject:
        made = DecodedStreamObject()
        made.set_data(written.encode())
        return writer._add_object(made)

    if isinstance(packets, str):
        listed: object = stream(packets)
    else:
        listed = ArrayObject(x for name, written in packets.items() for x in (TextStringObject(name), stream(written)))
    form = DictionaryObject({NameObject("/Fields"): ArrayObject(), NameObject("/XFA"): listed})
    writer._root_object[NameObject("/AcroForm")] = form
    writer._root_object[NameObject("/NeedsRendering")] = pypdf.generic.BooleanObject(True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def lines(data: bytes) -> list[str]:
    document = read(Blob("a.pdf", "a.pdf", data), ReadContext(ocr=False)).document
    assert document is not None
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


XDP = f'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">{TEMPLATE}{DATA}</xdp:xdp>'


@pytest.mark.parametrize("packets", [{"template": TEMPLATE, "datasets": DATA}, {"preamble": XDP}])
def test_fields_are_read_from_the_xml(packets: dict[str, str]) -> None:
    assert lines(with_xfa(packets)) == [
        "科普日重点活动申报表",
        "活动名称\t科普进校园",
        "联系电话\t0595-22000000",
        "☐青少年  ☑农民",
        "☑展览展示",
        "活动地点\t图书馆",
        "活动地点\t文化馆",
    ]


@pytest.mark.parametrize("packets", [{"template": "<template"}, {"datasets": DATA}, {}])
def test_without_a_template_the_page_stays(packets: dict[str, str]) -> None:
    assert lines(with_xfa(packets)) == ["Please wait..."]
