"""Conditional formats of OpenDocument sheets: the standard's (``style:map``, 16.3) and LibreOffice's (``calcext:conditional-formats``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.documents.formats.odt.package import STYLE, OdfStyles, OpenDocument
from bot.documents.formats.sheets.conditions import Effect, Rule
from bot.documents.formats.sheets.grid import Merge, column_number
from bot.documents.shared.xml import Element

_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_AREA = re.compile(r"\.\$?([A-Z]{1,3})\$?(\d{1,7})(?::(?:[^ ]*\.)?\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_COMPARED = re.compile(r"(=|!=|<=|>=|<|>)(.+)", re.DOTALL)
_CALLED = re.compile(
    r"(formula-is|contains-text|not-contains-text|begins-with|ends-with|between|not-between)\((.*)\)", re.DOTALL
)
_STANDARD = re.compile(
    r"\s*(?:\w+:)?(?:cell-content\(\)\s*(?=[=!<>])|cell-content-is-(?=between|not-between)|(is-true-formula))"
)
_KINDS = {
    "=": "equal",
    "!=": "notEqual",
    "<": "lessThan",
    "<=": "lessThanOrEqual",
    ">": "greaterThan",
    ">=": "greaterThanOrEqual",
    "between": "between",
    "not-between": "notBetween",
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
            effect = _effect(styles, condition.get(f"{_CALC}apply-style-name", ""))
            yield _rule(areas, base[:2], condition.get(f"{_CALC}value", ""), effect, 100 * order + number)


class MappedCells:
    """The cells of a sheet whose styles have a ``style:map``; only where LibreOffice did not write its own beside it, which tells more."""

    def __init__(self, document: OpenDocument) -> None:
        self._maps = {
            style.get(f"{STYLE}name", ""): maps
            for root in document.roots()
            for style in root.iter(f"{STYLE}style")
            if style.get(f"{STYLE}family") == "table-cell" and (maps := style.findall(f"{STYLE}map"))
        }
        self._runs: dict[tuple[str, int, int], list[Merge]] = {}  # style, first and last column

    def note(self, style: str, place: Merge) -> None:
        """Cells of one *style*, from above to below."""
        if style in self._maps:
            top, left, bottom, right = place
            runs = self._runs.setdefault((style, left, right), [])
            if runs and runs[-1][2] == top - 1:
                top = runs.pop()[0]
            runs.append((top, left, bottom, right))

    def rules_of(self, table: Element, styles: OdfStyles) -> Iterator[Rule]:
        """The rules of the sheet *table*, whose cells were noted; those of the next one begin anew."""
        runs, self._runs = self._runs, {}
        if table.find(f"{_CALC}conditional-formats") is not None:
            return
        for (style, _, _), areas in islice(runs.items(), _MOST):
            for number, item in enumerate(self._maps[style][:20]):
                base = next(_areas("." + item.get(f"{STYLE}base-cell-address", "").rpartition(".")[2]), areas[0])
                condition = _STANDARD.sub(
                    lambda match: "formula-is" if match[1] else "", item.get(f"{STYLE}condition", "")
                )
                effect = _effect(styles, item.get(f"{STYLE}apply-style-name", ""))
                yield _rule(tuple(areas), base[:2], condition, effect, number)


def _rule(areas: tuple[Merge, ...], base: tuple[int, int], condition: str, effect: Effect, order: int) -> Rule:
    match = _CALLED.fullmatch(condition) or _COMPARED.fullmatch(condition)
    kind, operand = (_KINDS[match[1]], match[2]) if match else ("", "")
    operands = tuple(operand.split(",")) if kind in ("between", "notBetween") else (operand,)
    if len(operands) != 1 + (kind in ("between", "notBetween")):  # a comma inside one of them
        kind = ""
    return Rule(areas, base, kind, operands, effect, order, True, operand.strip('"'))


def _effect(styles: OdfStyles, name: str) -> Effect:
    """Styles are applied by the name that is shown; their own has signs written as ``_5f_``."""
    own = re.sub(r"[^A-Za-z0-9.\-]", lambda match: f"_{ord(match.group()):x}_", name)
    look = styles.look("table-cell", own if styles.has("table-cell", own) else name)
    paper = look.ground.colour if look.ground else None
    hides = ";;;" if styles.shows_nothing(look.format) else None
    return Effect(look.struck, look.sets_ink and look.ink is not None, look.ink, look.ground is not None, paper, hides)


def _areas(text: str) -> Iterator[Merge]:
    for first, top, last, bottom in islice(_AREA.findall(text), _MOST):
        yield int(top) - 1, column_number(first), int(bottom or top) - 1, column_number(last or first)
