"""Stored values on a form again: in the office's own blank where the campaign has it, else on one drawn from the definition."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from bot.base.errors import BotError
from bot.digest.package.filled_forms import PrintedForm
from bot.digest.package.own_blank import OwnBlank
from bot.documents.guard import Runner
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.model import Kind

log = logging.getLogger(__name__)


class HasContent(Protocol):
    @property
    def kind(self) -> Kind: ...

    @property
    def content(self) -> Mapping[str, Any]: ...


class Printer(Protocol):
    """Makes the form's file of stored values; ``suffix`` is that of the file."""

    suffix: str

    def printed(self, content: Mapping[str, Any]) -> bytes: ...


class Printers:
    """One for each form that is in use, made when it is first needed."""

    def __init__(self, definitions: Definitions, guard: Runner) -> None:
        """*guard* opens the office's blanks."""
        self._definitions = definitions
        self._guard = guard
        self._made: dict[str, Printer | None] = {}

    def of(self, form: HasContent) -> Printer | None:
        """For a stored form by its own definition, for one of a definition that is gone by the one in use."""
        named = self._definitions.form(str(form.content.get("definition", "")))
        definition = named if named and named.kind is form.kind else self._definitions.of_kind(form.kind)
        if definition is None:
            return None
        if definition.name not in self._made:
            self._made[definition.name] = printer_of(definition, self._guard)
        return self._made[definition.name]


def printer_of(definition: FormDefinition, guard: Runner) -> Printer | None:
    blank = Path(definition.blank) if definition.blank else None
    if blank is not None and blank.suffix.lower() in OwnBlank.SUFFIXES:
        try:
            return OwnBlank(definition, blank, guard)
        except (OSError, BotError):  # whatever is in the office's file, the package is made
            log.warning("the office's blank cannot be filled", extra={"reason": definition.name})
    return PrintedForm(definition) if definition.layout == "fields" else None
