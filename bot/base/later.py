"""Modules that are loaded when something of them is first asked for: what reads mails and decides is not needed where none came.

``if TYPE_CHECKING: from bot.intake import story`` with ``else: story = Later("bot.intake.story")``: checkers and the floors see the import as it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for the module *name*."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
