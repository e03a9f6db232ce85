"""The forms in ``tests/documents/pdf``: our blank forms filled in and saved by LibreOffice.

``python -m tests.factory.pdf_examples FOLDER`` makes them anew. They are kept as files because what matters in them are the
fonts and line breaks of an office program, which differ between machines.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.factory import office

BLANK = Path(__file__).parents[2] / "templates" / "blank"
SYMBOL = "\ue000"  # stands for a ticked box of the symbol font
HALL: dict[str, Any] = {
    "head": "填报单位：晋江市科学技术协会        填报日期：2023年8月28日",
    (0, 1): "晋江市2023年全国科普日主场活动",
    (1, 1): "晋江市科学技术协会",
    (2, 1): "晋江市科技馆、晋江市青少年宫",
    (3, 1): "庄晓东",
    (3, 3): "0595-22000000",
    (4, 1): "13900000000",
    (4, 3): "zhuangxd@example.com",
    (5, 1): "2023年9月17日至9月20日",
    (5, 3): "晋江市科技馆一楼大厅",
    (8, 1): "预计公众参与活动人数  1500  人，组织工作人员  45  人。",
    (9, 1): "活动以“提升全民科学素质，助力科技自立自强”为主题，设置科普展板30块、互动展项12件，邀请专家现场答疑。\n"
    "9月17日上午9:00举行启动仪式；9月18日至20日开展流动科技馆巡展，预计发放科普资料2000份。\n"
    "活动结束后在泉州网、科普中国客户端同步发布新闻。",
}
STREET: dict[str, Any] = {
    "head": "填报单位：泉州市洛江区双阳街道办事处        填报日期：2023年8月25日",
    (0, 1): "“科普进社区 银龄享智慧”主题宣传活动",
    (1, 1): "泉州市洛江区科学技术协会",
    (2, 1): "双阳街道阳光社区居委会",
    (3, 1): "林淑芬",
    (3, 3): "22630001",
    (4, 1): "18659500001",
    (4, 3): "sy_kp2023@example.org",
    (5, 1): "9月19日上午9:00-11:30",
    (5, 3): "阳光社区党群服务中心",
    (8, 1): "预计公众参与活动人数  200  人，组织工作人员  12  人。",
    (9, 1): "组织老年人学习智能手机使用、识别电信网络诈骗，现场演示心肺复苏。\n联合社区卫生服务中心开展义诊。",
}
HALL_TICKS = ["展览展示", "现场咨询", "科普宣传", "青少年", "老年人"]
STREET_TICKS = ["互动体验", "科普表演", "其他（请注明）", "农民", "领导干部和公务员", "老年人"]


def registration(values: dict[Any, str], ticks: list[str], mark: str, note: str = "") -> bytes:
    """The registration form with *ticks* in *mark*; *note* is written behind 其他 of the activity's sort."""
    document = docx.Document(str(BLANK / "registration.docx"))
    _write(document.paragraphs[2], values["head"])
    table = document.tables[0]
    for place, value in values.items():
        if place != "head":
            _fill(table.cell(*place), value)
    for row in (6, 7):
        for paragraph in table.cell(row, 1).paragraphs:
            _write(
                paragraph,
                _ticked(
                    paragraph.text,
                    ticks if row == 6 else [t for t in ticks if "请" not in t],
                    mark,
                    note if row == 6 else "",
                ),
            )
    return _saved(document)


def summary(activities: int = 30) -> bytes:
    """The list of activities, long enough for several pages."""
    document = docx.Document(str(BLANK / "summary.docx"))
    table = document.tables[0]
    while len(table.rows) < activities + 1:
        table.add_row()
    for number in range(1, activities):
        person = ("王小明", "明李雪", "雪陈建")[number % 3]
        values = (str(number), f"第{number}场科普讲座——走进校园活动", f"9月{number % 13 + 10}日", f"泉州市第{number}中学报告厅", "泉州市科协", person, f"0595-2200{number:04d}")  # fmt: skip
        for column, value in enumerate(values):
            _fill(table.cell(number, column), value)
    return _saved(document)


EXAMPLES = {
    "registration": lambda: registration(STREET, STREET_TICKS, SYMBOL, "智能手机教学"),
    "registration_ticked": lambda: registration(HALL, HALL_TICKS, "☑"),
    "registration_typed_ticks": lambda: registration(STREET, STREET_TICKS, "√", "智能手机教学"),
    "summary": summary,
}


def _ticked(text: str, ticks: list[str], mark: str, note: str) -> str:
    for option in ticks:
        text = text.replace(f"□{option}", mark + option)
    return text.replace("（请注明）", f"（请注明）{note}")


def _write(paragraph: Any, text: str) -> None:
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    for number, part in enumerate(text.split(SYMBOL)):
        if number:
            paragraph.add_run()._r.append(parse_xml(f'<w:sym {nsdecls("w")} w:font="Wingdings" w:char="F0FE"/>'))
        paragraph.add_run(part)


def _fill(cell: Any, text: str) -> None:
    first, *others = text.split("\n")
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    _write(cell.paragraphs[0], first)
    for line in others:
        cell.add_paragraph(line, style=cell.paragraphs[0].style)


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def main(folder: Path) -> None:
    sources = folder / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    for name, made in EXAMPLES.items():
        (sources / f"{name}.docx").write_bytes(made())
    office.convert(sorted(sources.glob("*.docx")), "pdf", folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
