"""Which kind of value a printed label asks for: known from the packaged forms, else guessed by its words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.base.text import squeeze
from bot.forms.definitions import PACKAGED, FieldSpec, FormDefinition
from bot.forms.learn.printed import counted_phrases, options_in
from bot.forms.values.tick_marks import Choice


@dataclass(frozen=True, slots=True)
class Learned:
    """One field of the new definition. ``known``: a packaged form has it, so its key is theirs."""

    key: str
    label: str
    kind: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    outside: bool = False
    known: bool = False
    start: str = ""
    end: str = ""
    choices: tuple[Choice, ...] = ()


class Guesser:
    """Gives each label a field; keys and names are given once."""

    def __init__(self, forms: Iterable[FormDefinition], base: FormDefinition) -> None:
        ordered = [base, *(form for form in forms if form is not base and form.layout != "prose")]
        self.known: dict[str, FieldSpec] = {}
        for form in ordered:
            for spec in (*form.column, *form.field) if base.layout == "rows" else (*form.field, *form.column):
                for name in spec.names:
                    self.known.setdefault(squeeze(name), spec)
        self.numbers = {squeeze(name) for name in base.number_labels}
        self.keys: set[str] = set()
        self.reserved: set[str] = set()
        self.names: set[str] = set()

    def reserve(self, labels: Iterable[str]) -> None:
        """Keep the keys of known labels for them, whatever comes before them on the form."""
        for label in labels:
            spec = self.known.get(squeeze(label))
            self.reserved.update(spec.keys if spec else ())

    def field(self, label: str, printed: str, *, outside: bool) -> Learned | None:
        """The field of a label; None for a repeated one and for the number column."""
        name = squeeze(label)
        if not name or name in self.names or name in self.numbers:
            return None
        self.names.add(name)
        spec = self.known.get(name)
        choices = options_in(printed)
        kind = kind_of(spec, choices, label, printed)
        if spec is not None and (spec.kind == kind or {spec.kind, kind} <= {"text", "longtext", "unit"}):
            own = spec.key not in self.keys
            key = self.new_key(spec.key, known=True)
            synonyms = tuple(n for n in spec.names if own and squeeze(n) != name and squeeze(n) not in self.names)
            self.names.update(squeeze(n) for n in synonyms)
            dates = (
                self.dates(key, spec.start if own else "", spec.end if own else "") if kind == "daterange" else ("", "")
            )
            return Learned(key, label, kind, synonyms, spec.required and own, outside, own, *dates, choices=choices)
        wanted = guess(label)
        key = self.new_key(
            "choice" if choices else wanted.get("outside" if outside else "key", wanted.get("key", "field"))
        )
        dates = self.dates(key, "", "") if kind == "daterange" else ("", "")
        return Learned(key, label, kind, (), False, outside, False, *dates, choices=choices)

    def counted(self, words: str) -> Learned | None:
        """The field for a gap in a sentence."""
        return self.field(words, f"{words}____人", outside=False)

    def new_key(self, wanted: str, *, known: bool = False) -> str:
        key, n = wanted, 1
        while key in self.keys or (key in self.reserved and not known):
            n += 1
            key = f"{wanted}_{n}"
        self.keys.add(key)
        return key

    def dates(self, key: str, start: str, end: str) -> tuple[str, str]:
        first = key == "activity_time" and not start
        start, end = ("start_date", "end_date") if first else (start or f"{key}_start", end or f"{key}_end")
        return self.new_key(start, known=True), self.new_key(end, known=True)


def kind_of(spec: FieldSpec | None, choices: tuple[Choice, ...], label: str, printed: str) -> str:
    if choices:
        return "choice"
    if spec is not None and spec.kind != "choice":
        return spec.kind
    if counted_phrases(printed):
        return "count"
    if squeeze(printed).strip("_/.-") in {"年月日", "20年月日"}:
        return "date"
    return str(guess(label).get("kind", "text"))


def guess(label: str) -> Mapping[str, Any]:
    name = squeeze(label)
    for entry in guesses():
        if any(name.endswith(squeeze(word)) for word in entry.get("ends", ())):
            return entry
        if any(squeeze(word) in name for word in entry.get("has", ())):
            return entry
    return {}


@lru_cache(maxsize=1)
def guesses() -> tuple[Mapping[str, Any], ...]:
    return tuple(tomllib.loads((PACKAGED / "guesses.toml").read_text(encoding="utf-8"))["guess"])
