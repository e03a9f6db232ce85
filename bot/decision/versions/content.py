"""A form's values as JSON has them, and what tells one activity from another. Pure."""

from __future__ import annotations

from typing import Any

from bot.base.text import name_key
from bot.forms.model import Fields, Form, Kind, Plain


def plain(value: Plain) -> Any:
    """A value as JSON has it."""
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, (str, int)) else value.isoformat()


def plain_fields(fields: Fields) -> dict[str, Any]:
    return {key: plain(value.value) for key, value in fields.items()}


def row_text(row: Fields, key: str) -> str:
    value = row.get(key)
    return str(value.value) if value and value.value is not None else ""


def key_of(form: Form) -> str:
    """What the form is about within its unit: the activity's name; a summary table is about the unit itself."""
    return "" if form.kind is Kind.SUMMARY else name_key(form.text("activity_name"))
