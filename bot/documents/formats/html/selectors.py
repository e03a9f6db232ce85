"""Which rules of a style sheet hold for an element: selectors parsed by cssselect, matched from the element upwards, within a budget."""

from __future__ import annotations

from collections.abc import Iterator

from cssselect import SelectorError, parse
from cssselect.parser import (
    Attrib,
    Class,
    CombinedSelector,
    Function,
    Hash,
    Matching,
    Negation,
    Pseudo,
    Tree,
    parse_series,
)
from cssselect.parser import Element as TagName
from msgspec import Struct

from bot.documents.shared.xml import Element

_LONGEST = 200
_MOST_RULES = 5_000
_MOST_STEPS = 2_000_000  # comparisons for one page: a hostile style sheet is worth no more
Declared = dict[str, tuple[str, bool]]  # property -> value, important

_UNKNOWN_GROUND: Declared = {"background": ("unknown()", False)}
_AS_SERIES = {
    "first-child": "nth-child",
    "last-child": "nth-last-child",
    "first-of-type": "nth-of-type",
    "last-of-type": "nth-last-of-type",
}


class _NotKnown(Exception):
    """A state that nobody can tell from the page at rest (``:checked``)."""


class _Rule(Struct, frozen=True):
    weight: tuple[tuple[int, int, int], int]  # specificity, then place in the sheet
    tree: Tree
    declared: Declared


class Selectors:
    """Rules by what the last part of their selector asks for."""

    def __init__(self) -> None:
        self._rules: dict[str, list[_Rule]] = {}
        self._count = self._steps = 0
        self.is_whole = True  # no rule that colours a ground was left out
        self._places: tuple[Element | None, dict[Element, tuple[int, int]]] = (None, {})
        self._counts: dict[str, int] = {}

    def add(self, selectors: str, declared: Declared) -> None:
        """Keep a rule; selectors that cannot be read, and those of pseudo-elements, are left out."""
        for text in selectors.split(",") if "(" not in selectors else [selectors]:
            try:
                parsed = parse(text) if len(text) <= _LONGEST and self._count < _MOST_RULES else None
            except (SelectorError, RecursionError):
                parsed = None
            if parsed is None:
                self.is_whole = self.is_whole and "background" not in declared
                continue
            for one in parsed:
                if one.pseudo_element is None:
                    self._count += 1
                    rule = _Rule((one.specificity(), self._count), one.parsed_tree, declared)
                    self._rules.setdefault(_key(one.parsed_tree), []).append(rule)

    def declared(self, item: Element, tag: str) -> Declared:
        """What the rules that hold for *item* declare, the weightiest last."""
        if not self._rules:
            return {}
        keys = [tag, "*", f"#{item.get('id', '').lower()}"]
        keys += [f".{name}" for name in item.get("class", "").lower().split()[:20]]
        total: Declared = {}
        for rule in sorted((one for key in dict.fromkeys(keys) for one in self._rules.get(key, ())), key=_weight):
            try:
                if self._matches(rule.tree, item):
                    merge(total, rule.declared)
            except (_NotKnown, ValueError):  # the latter: a series that is none
                merge(total, _UNKNOWN_GROUND if "background" in rule.declared else {})
        return total

    def _matches(self, tree: Tree, item: Element) -> bool:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _NotKnown
        if isinstance(tree, CombinedSelector):
            return self._matches(tree.subselector, item) and any(
                self._matches(tree.selector, other) for other in _related(tree.combinator, item)
            )
        if isinstance(tree, TagName):
            return tree.element is None or tree.element.lower() == item.tag
        if not self._matches(tree.selector, item):
            return False
        match tree:
            case Class():
                return tree.class_name.lower() in item.get("class", "").lower().split()
            case Hash():
                return tree.id.lower() == item.get("id", "").lower()
            case Attrib():
                return _has(item, tree)
            case Negation():
                return not self._matches(tree.subselector, item)
            case Matching():
                return any(self._matches(one, item) for one in tree.selector_list)
            case Pseudo():
                return self._is_placed(
                    item, {"first-child": "nth-child", "last-child": "nth-last-child"}.get(tree.ident, ""), 0, 1
                )
            case Function():
                return self._is_placed(item, tree.name, *parse_series(tree.arguments))
        raise _NotKnown

    def _is_placed(self, item: Element, name: str, step: int, start: int) -> bool:
        parent = item.getparent()
        if name not in _AS_SERIES.values() or parent is None:
            raise _NotKnown
        if self._places[0] is not parent:
            # A browser puts rows without a body into one of their own.
            rows_only = parent.tag == "table" and item.tag == "tr"
            self._places = parent, {}
            counts: dict[str, int] = {}
            for one in parent:
                if isinstance(one.tag, str) and (not rows_only or one.tag == "tr"):
                    counts[one.tag] = counts.get(one.tag, 0) + 1
                    self._places[1][one] = len(self._places[1]) + 1, counts[one.tag]
            self._counts = counts
            self._steps += len(self._places[1])
        if item not in self._places[1]:
            raise _NotKnown
        of_type = name.endswith("of-type")
        number = self._places[1][item][of_type]
        if "last" in name:
            number = (self._counts[item.tag] if of_type else len(self._places[1])) + 1 - number
        beyond = number - start
        return beyond == 0 if not step else beyond % step == 0 and beyond // step >= 0


def _weight(rule: _Rule) -> tuple[tuple[int, int, int], int]:
    return rule.weight


def merge(total: Declared, other: Declared) -> None:
    """Lay *other* over *total*; what is important gives way only to what is important."""
    for name, (value, important) in other.items():
        if important or not total.get(name, ("", False))[1]:
            total[name] = (value, important)


def _related(combinator: str, item: Element) -> Iterator[Element]:
    """The elements that may stand left of the combinator."""
    if combinator in (" ", ">"):
        above = item.getparent()
        while above is not None:
            yield above
            above = above.getparent() if combinator == " " else None
    elif combinator in ("+", "~"):
        before = item.getprevious()
        while before is not None:
            yield before
            before = before.getprevious() if combinator == "~" else None


def _has(item: Element, tree: Attrib) -> bool:
    held = item.get(tree.attrib.lower())
    if tree.operator == "exists" or held is None:
        return held is not None
    asked = tree.value.value if tree.value is not None else None
    if not asked:
        return tree.operator == "=" and held == ""
    match tree.operator:
        case "=":
            return held == asked
        case "~=":
            return asked in held.split()
        case "|=":
            return held == asked or held.startswith(f"{asked}-")
        case "^=":
            return held.startswith(asked)
        case "$=":
            return held.endswith(asked)
        case "*=":
            return asked in held
    raise _NotKnown


def _key(tree: Tree) -> str:
    """What an element must have for the last part of the selector: an id, a class, a name, or nothing."""
    if isinstance(tree, CombinedSelector):
        return _key(tree.subselector)
    if isinstance(tree, TagName):
        return (tree.element or "*").lower()
    if isinstance(tree, Class):
        return f".{tree.class_name.lower()}"
    if isinstance(tree, Hash):
        return f"#{tree.id.lower()}"
    return _key(tree.selector)
