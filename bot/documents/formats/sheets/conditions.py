"""Conditional formats that take a cell out of sight: struck out, in the colour of its ground, in a number format that shows nothing.

A rule that cannot be told from the file alone (today's date, counts over columns) leaves its cells seen.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from bot.documents.formats.sheets.formulas import NotTold, Place, Value, compared, evaluated, is_true
from bot.documents.formats.sheets.grid import Merge, Sheet
from bot.documents.shared.colours import WHITE, Colour, is_unseen
from bot.documents.shared.numbers import show_number, show_text

_MOST_STEPS = 1_000_000  # comparisons of places for one sheet; a formula costs as much as ten
_MOST_PALE = 20_000
_SIGNS = {
    "equal": "=",
    "notEqual": "<>",
    "lessThan": "<",
    "lessThanOrEqual": "<=",
    "greaterThan": ">",
    "greaterThanOrEqual": ">=",
}


class Effect(Struct, frozen=True):
    """What a rule changes; None: not this. ``has_ink``: it sets a colour, None where that is not known; so ``has_paper``."""

    struck: bool | None = None
    has_ink: bool = False
    ink: Colour | None = None
    has_paper: bool = False
    paper: Colour | None = None
    format: str | None = None

    @property
    def may_hide(self) -> bool:
        return bool(self.struck) or self.has_ink or self.format is not None


class Rule(Struct, frozen=True):
    """``kind`` is «expression», an operator of ``cellIs``, or a text rule; *base* is the cell for which the formulas are written."""

    areas: tuple[Merge, ...]
    base: Place
    kind: str
    formulas: tuple[str, ...]
    effect: Effect
    order: int = 0
    stops: bool = False
    text: str = ""

    def holds(self, sheet: Conditions, cells: Sheet, place: Place) -> bool:
        """Whether the rule is met at *place*. Raises ``NotTold``."""

        def value(row: int, column: int) -> Value:
            return sheet.value(cells, (row, column))

        if self.kind == "expression" and self.formulas:
            return is_true(self.formulas[0], self.base, place, value)
        own = value(*place)
        if self.kind in _SIGNS and self.formulas:
            return compared(own, _SIGNS[self.kind], evaluated(self.formulas[0], self.base, place, value))
        if self.kind in ("between", "notBetween") and len(self.formulas) > 1:
            low, high = (evaluated(one, self.base, place, value) for one in self.formulas[:2])
            return (compared(own, ">=", low) and compared(own, "<=", high)) == (self.kind == "between")
        if self.kind == "notContainsBlanks":
            return own is not None
        if self.text and isinstance(own, str):
            one, other = own.casefold(), self.text.casefold()
            match self.kind:
                case "containsText":
                    return other in one
                case "notContainsText":
                    return other not in one
                case "beginsWith":
                    return one.startswith(other)
                case "endsWith":
                    return one.endswith(other)
        raise NotTold(self.kind)


class Conditions(Struct):
    """The rules of one sheet, and what they need to know of its cells beside their texts.

    ``papers``: grounds of cells that are not white; ``others``: values of cells that differ from what ``Sheet`` holds, ``NotTold`` where
    they are not known; ``covered``: areas that may have any ground.
    """

    rules: list[Rule] = field(default_factory=list)
    papers: dict[Place, Colour | None] = field(default_factory=dict)
    others: dict[Place, Value | type[NotTold]] = field(default_factory=dict)
    covered: list[Merge] = field(default_factory=list)
    pale: list[tuple[int, int, str, float | None]] = field(
        default_factory=list
    )  # text of the colour of its cell's own ground

    def value(self, cells: Sheet, place: Place) -> Value:
        """The value of a cell as a formula takes it. Raises ``NotTold``."""
        if place in self.others:
            other = self.others[place]
            if isinstance(other, type):
                raise NotTold("value not known")
            return other
        text, number = cells.cells.get(place, (None, None))
        return {"TRUE": True, "FALSE": False}.get(text or "", text) if number is None else number

    def apply(self, cells: Sheet) -> None:
        """Take out of *cells* what the rules hide; pale text under a rule that may lay a ground behind it is seen."""
        for row, column, text, number in self.pale[:_MOST_PALE]:
            if any(rule.effect.has_paper and _is_in((row, column), rule.areas) for rule in self.rules):
                cells.cells[row, column] = (text, number)
        if not any(rule.effect.may_hide for rule in self.rules):
            return
        hidden: list[Place] = []
        steps = 0
        cost = sum(len(rule.areas) for rule in self.rules)
        rules = sorted(self.rules, key=lambda rule: rule.order)
        for place in cells.cells:
            here = [rule for rule in rules if _is_in(place, rule.areas)]
            steps += cost + 10 * len(here)
            if steps > _MOST_STEPS:
                break
            if here and self._hides(here, cells, place):
                hidden.append(place)
        for place in hidden:
            del cells.cells[place]

    def _hides(self, rules: Iterable[Rule], cells: Sheet, place: Place) -> bool:
        """The first rule that sets a thing decides it; what one sets that cannot be told is not known."""
        total = Effect()
        for rule in rules:
            effect = rule.effect
            try:
                if not rule.holds(self, cells, place):
                    continue
            except NotTold:
                struck = None if effect.struck is None else False
                effect = Effect(struck, effect.has_ink, None, effect.has_paper, None, effect.format and "")
            total = _over(total, effect)
            if rule.stops:
                break
        text, number = cells.cells[place]
        if total.struck:
            return True
        if total.format and not (
            show_text(text, total.format) if number is None else show_number(number, total.format).text
        ):
            return True
        paper = total.paper if total.has_paper else self.papers.get(place, WHITE)
        sure = total.has_paper or not _is_in(place, self.covered)
        return total.has_ink and sure and is_unseen(total.ink, paper)


def _over(first: Effect, other: Effect) -> Effect:
    return Effect(
        other.struck if first.struck is None else first.struck,
        first.has_ink or other.has_ink,
        first.ink if first.has_ink else other.ink,
        first.has_paper or other.has_paper,
        first.paper if first.has_paper else other.paper,
        other.format if first.format is None else first.format,
    )


def _is_in(place: Place, areas: Iterable[Merge]) -> bool:
    return any(top <= place[0] <= bottom and left <= place[1] <= right for top, left, bottom, right in areas)
