"""Fields of different forms that ask for the same, and the forms that a table lists. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.base.text import squeeze
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition
from bot.forms.model import Kind


def ask_the_same(one: FieldSpec | None, other: FieldSpec | None) -> bool:
    """By their names: a key alone says little in learnt definitions («field_2»)."""
    if one is None or other is None:
        return False
    return not {squeeze(name) for name in one.names}.isdisjoint(squeeze(name) for name in other.names)


def key_among(spec: FieldSpec, labels: Mapping[str, str]) -> str:
    """The key under which a stored form, whose *labels* these are, keeps what *spec* asks for; empty where it does not ask for it."""
    names = {squeeze(name) for name in spec.names}
    if squeeze(labels.get(spec.key, "")) in names:
        return spec.key
    return next((key for key, label in labels.items() if squeeze(label) in names), "")


def is_listed(form: FormDefinition | None, definitions: Definitions) -> bool:
    """Whether the table of all lists what *form* is about; a further form of the campaign (statistics of a school) is about something else."""
    table = definitions.of_kind(Kind.SUMMARY)
    if form is None or table is None:
        return True
    about = table.spec(table.anchor)
    listed = [
        one for one in definitions.forms if one.kind is Kind.REGISTRATION and ask_the_same(one.spec(one.anchor), about)
    ]
    return not listed or form in listed
