"""A cell of a Word table under an opaque shape: what cannot be seen is not read, and the sender is told; all else stays."""

from __future__ import annotations

import pytest

from tests.documents.conftest import document_of
from tests.documents.test_unseen import cell, para, table, words
from tests.factory.docx_file import package, run

WHITE = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'


def shape(
    fill: str = WHITE,
    *,
    across: int = -30_000,
    down: int = 0,
    wide: int = 1_270_000,
    high: int = 254_000,
    text: str = "",
    wrap: str = "wrapNone",
    attributes: str = "",
    base: str = "column",
    form: str = "rect",
    rest: str = "",
) -> str:
    """Over a cell of 2000 twips (1270000 EMU) by default."""
    box = f"<wps:txbx><w:txbxContent>{para(run(text))}</w:txbxContent></wps:txbx>" if text else ""
    return (
        f'<w:r><w:drawing><wp:anchor behindDoc="0" layoutInCell="1" {attributes}><wp:positionH relativeFrom="{base}"><wp:posOffset>{across}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{down}</wp:posOffset></wp:positionV><wp:extent cx="{wide}" cy="{high}"/><wp:{wrap}/>'
        f'<wp:docPr id="1" name="r"/><a:graphic><a:graphicData uri="x"><wps:wsp><wps:spPr><a:prstGeom prst="{form}"/>{fill}</wps:spPr>{rest}{box}</wps:wsp>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def vml(style: str = "", tag: str = "rect", attributes: str = "", inside: str = "") -> str:
    placed = f"position:absolute;margin-left:-2pt;margin-top:0;width:100pt;height:20pt;z-index:2;{style}"
    return f'<w:r><w:pict><v:{tag} style="{placed}" {attributes}>{inside}</v:{tag}></w:pict></w:r>'


def read(drawn: str, text: str = "旧礼堂", more: str = "") -> tuple[str, list[str]]:
    body = table(cell(para(run("活动地点"))), cell(para(drawn, run(text)) + more))
    document = document_of(package(body), "表.docx")
    return words(document), [problem.message for problem in document.problems]


THEME = '<wps:style><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef></wps:style>'


@pytest.mark.parametrize(
    "drawn",
    [
        shape(),
        shape("", rest=THEME),
        vml(),
        vml(tag="shape", attributes='type="#_x0000_t202" fillcolor="white"'),
    ],
)
def test_a_covered_cell_is_not_read_and_told(drawn: str) -> None:
    seen, problems = read(drawn)
    assert seen == "活动地点"
    assert problems == ["表格中“活动地点”后面的一格被图形遮住，未读取。如需报送，请移开图形后重新发送。"]


@pytest.mark.parametrize(
    "drawn",
    [
        shape(text="新礼堂"),
        vml(inside=f"<v:textbox><w:txbxContent>{para(run('新礼堂'))}</w:txbxContent></v:textbox>"),
    ],
)
def test_what_is_written_on_the_shape_is_read(drawn: str) -> None:
    assert read(drawn) == ("活动地点|新礼堂", [])


CLEAR = '<a:solidFill><a:srgbClr val="FFFF00"><a:alpha val="40000"/></a:srgbClr></a:solidFill>'


@pytest.mark.parametrize(
    "drawn",
    [
        shape("<a:noFill/>", rest=THEME),
        shape(""),
        shape(CLEAR),
        shape(form="ellipse"),  # a seal
        shape(across=400_000),
        shape(wide=600_000),
        shape(down=120_000),
        shape(high=60_000),
        shape(wrap="wrapSquare"),
        shape(base="page"),
        shape(attributes="").replace('behindDoc="0"', 'behindDoc="1"'),
        shape(attributes="").replace('layoutInCell="1"', 'layoutInCell="0"'),
        shape().replace("<wp:docPr ", '<wp:docPr hidden="1" '),
        vml(attributes='filled="f"'),
        vml("rotation:30"),
        vml("z-index:-1"),
        vml("mso-position-horizontal-relative:page"),
        vml(inside='<v:fill opacity=".5"/>'),
        vml("visibility:hidden"),
        vml(tag="oval"),
    ],
)
def test_what_hides_nothing(drawn: str) -> None:
    assert read(drawn) == ("活动地点|旧礼堂", [])


def test_more_lines_than_the_shape_is_high() -> None:
    assert read(shape(), "东海街道文化服务中心多功能厅") == ("活动地点|东海街道文化服务中心多功能厅", [])
    assert read(shape(), more=para(run("二楼")))[0] == "活动地点|旧礼堂\n二楼"
    assert read(shape(high=600_000), more=para(run("二楼")))[0] == "活动地点"
