"""Conditional formats of OpenDocument sheets, as LibreOffice writes them (``calcext:conditional-formats``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.documents.formats.odt.package import OdfStyles
from bot.documents.formats.sheets.conditions import Effect, Rule
from bot.documents.formats.sheets.grid import Merge
from bot.documents.shared.xml import Element

_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_AREA = re.compile(r"\.\$?([A-Z]{1,3})\$?(\d{1,7})(?::(?:[^ ]*\.)?\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_COMPARED = re.compile(r"(=|!=|<=|>=|<|>)(.+)", re.DOTALL)
_CALLED = re.compile(r"(formula-is|contains-text|not-contains-text|begins-with|ends-with)\((.*)\)", re.DOTALL)
_KINDS = {
    "=": "equal",
    "!=": "notEqual",
    "<": "lessThan",
    "<=": "lessThanOrEqual",
    ">": "greaterThan",
    ">=": "greaterThanOrEqual",
    "formula-is": "expression",
    "contains-text": "containsText",
    "not-contains-text": "notContainsText",
    "begins-with": "beginsWith",
    "ends-with": "endsWith",
}
_MOST = 500


def rules_of(table: Element, styles: OdfStyles) -> Iterator[Rule]:
    """The rules of the sheet *table*; of one format only the first that holds counts, so each stops the next ones."""
    for order, item in enumerate(islice(table.iter(f"{_CALC}conditional-format"), _MOST)):
        areas = tuple(_areas(item.get(f"{_CALC}target-range-address", "")))
        for number, condition in enumerate(islice(item, 20)):
            base = next(_areas(condition.get(f"{_CALC}base-cell-address", "")), None) if areas else None
            if base is None:  # scales and bars colour the ground
                yield Rule(areas, (0, 0), "notContainsBlanks", (), Effect(has_paper=True), order)
                continue
            kind, operand = _split(condition.get(f"{_CALC}value", ""))
            effect = _effect(styles, condition.get(f"{_CALC}apply-style-name", ""))
            yield Rule(areas, base[:2], kind, (operand,), effect, 100 * order + number, True, operand.strip('"'))


def _split(condition: str) -> tuple[str, str]:
    match = _CALLED.fullmatch(condition) or _COMPARED.fullmatch(condition)
    return (_KINDS[match[1]], match[2]) if match else ("", "")


def _effect(styles: OdfStyles, name: str) -> Effect:
    """Styles are applied by the name that is shown; their own has signs written as ``_5f_``."""
    own = re.sub(r"[^A-Za-z0-9.\-]", lambda match: f"_{ord(match.group()):x}_", name)
    look = styles.look("table-cell", own if styles.has("table-cell", own) else name)
    paper = look.ground.colour if look.ground else None
    return Effect(look.struck, look.sets_ink and look.ink is not None, look.ink, look.ground is not None, paper)


def _areas(text: str) -> Iterator[Merge]:
    for first, top, last, bottom in islice(_AREA.findall(text), _MOST):
        yield int(top) - 1, _column(first), int(bottom or top) - 1, _column(last or first)


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
