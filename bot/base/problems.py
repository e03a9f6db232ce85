"""What is wrong with a part, a form or a value, said so that the sender can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Code(StrEnum):
    """The problem codes of the interface (``read --json``, database)."""

    MISSING = "missing"
    INVALID = "invalid"
    OUTSIDE_CAMPAIGN = "outside_campaign"
    NOTHING_TICKED = "nothing_ticked"
    NOT_IN_SUMMARY = "not_in_summary"
    NOT_REGISTERED = "not_registered"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    CLOUD_LINK = "cloud_link"
    BLANK_FORM = "blank_form"
    UNSAFE = "unsafe"


class Severity(StrEnum):
    """An error must be corrected by the sender; a warning is shown and does no harm."""

    ERROR = "error"
    WARNING = "warning"


class Problem(Struct, frozen=True):
    """One finding. ``message`` is Chinese, complete and for the sender; ``value`` is what was written, ``place`` where."""

    code: Code
    severity: Severity
    message: str
    field: str = ""
    value: str = ""
    place: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.is_error for problem in problems)
