"""Forms printed by a browser and by LibreOffice, with answers of their own each (seeded): field by field what was written."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from tests.documents.conftest import document_of
from tests.documents.test_same_fields import CAMPAIGN
from tests.factory import docx_file, html_file, office
from tests.factory.layouts import ANSWERS, LAYOUTS

LETTERS = "晓东小明淑芬志强丽华建国海燕文斌秀英俊杰雅婷"
STYLES = {
    "each cell its border": "table{border:1px solid} td{border:1px inset}",
    "one line between cells": "table{border-collapse:collapse} td{border:1px solid}",
    "dotted": "table{border-collapse:collapse} td{border:1px dotted #555}",
    "level lines only": "table{border-collapse:collapse} td{border-bottom:1px solid #888;padding:5px}",
    "no lines": "td{padding:4px 8px;vertical-align:top}",
    "shaded labels": "table{border-collapse:collapse} td{border:1px solid #999} td:first-child{background:#dde8f5;font-weight:bold}",
}
DEFINITIONS = load_definitions()


def answers(seed: str) -> dict[str, str]:
    dice = random.Random(seed)
    unit = dice.choice(("晋江市", "石狮市", "惠安县", "永春县")) + "科学技术协会"
    place = dice.choice(("第一中学", "文化馆", "图书馆三楼报告厅", "党群服务中心"))
    return {
        **ANSWERS,
        "填报单位": unit,
        "填报日期": f"2023年8月{dice.randint(22, 30)}日",
        "活动名称": dice.choice(("海洋科普月主题展", "科普讲座：食品安全与健康", "青少年机器人（创客）大赛", "银龄智慧生活——手机课堂")),
        "主办单位": unit,
        "承办单位": unit[:3] + place,
        "联系人": dice.choice("王李张刘陈杨黄") + "".join(dice.sample(LETTERS, 2)),
        "联系电话": f"0595-{dice.randint(22000000, 22999999)}",
        "移动电话": f"13{dice.randint(100000000, 999999999)}",
        "电子邮箱": f"kp{dice.randint(1, 9999)}@example.org",
        "活动时间": f"2023年9月{dice.randint(17, 23)}日上午9:00-11:30",
        "活动地点": unit[:3] + place,
    }  # fmt: skip


def fields(data: bytes, name: str) -> dict[str, object]:
    (form,) = read_forms(document_of(data, name), DEFINITIONS, CAMPAIGN)
    return {key: value.value for key, value in form.fields.items()}


def expected(layout: str, seed: str) -> dict[str, object]:
    """What the Word file with the same answers gives, which other tests hold to what was written."""
    return fields(docx_file.docx_bytes(LAYOUTS[layout](answers(seed))), "申报表.docx")


CASES = [
    (layout, style)
    for layout in ("official", "wps_grid", "retyped", "one_cell")
    for style in STYLES
    if style not in ("no lines", "level lines only") or layout in ("official", "retyped")
]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    sync = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no browser")
    with sync.sync_playwright() as play:
        running = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield running.new_page()
        running.close()


@pytest.mark.slow
@pytest.mark.parametrize(("layout", "style"), CASES)
def test_printed_by_a_browser(browser: object, layout: str, style: str) -> None:
    seed = f"{layout} {style}"
    page = html_file.html_text(LAYOUTS[layout](answers(seed)), random.Random(seed).choice(("typed", "input")))
    look = f'<style>body{{font-family:"Noto Serif CJK SC"}}{STYLES[style]}</style></head>'
    browser.set_content(page.replace(" border=1", "").replace("</head>", look))  # type: ignore[attr-defined]  # playwright's
    data: bytes = browser.pdf(format="A4", margin=dict.fromkeys(("top", "left", "right", "bottom"), "15mm"))  # type: ignore[attr-defined]  # likewise
    assert fields(data, "申报表.pdf") == expected(layout, seed)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    if not office.find_soffice():
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("printed")
    sources: list[Path] = []
    for layout in ("official", "wps_grid", "retyped", "one_cell"):
        for technique in ("symbol", "control", "font"):
            path = folder / f"{layout}-{technique}.docx"
            path.write_bytes(docx_file.docx_bytes(LAYOUTS[layout](answers(path.stem)), technique))
            sources.append(path)
    return office.convert(sources, "pdf", folder)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [0, 90, 270])
@pytest.mark.parametrize("technique", ["symbol", "control", "font"])
@pytest.mark.parametrize("layout", ["official", "wps_grid", "retyped", "one_cell"])
def test_printed_by_libreoffice(printed: dict[str, bytes], layout: str, technique: str, turn: int) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(printed[f"{layout}-{technique}"]))
    for page in writer.pages:
        page.rotate(turn)
    out = io.BytesIO()
    writer.write(out)
    assert fields(out.getvalue(), "申报表.pdf") == expected(layout, f"{layout}-{technique}")
