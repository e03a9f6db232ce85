"""What is made when it is first used. ``re`` whose ``compile`` does its work only then: to be imported as ``re`` where there are many. Modules of the house.

A thousand expressions tell what letters say; compiling them took half the time in which a command starts, and most commands read no letter.
What reads mails and decides is not loaded where none came.
"""

from __future__ import annotations

import re as _re
from collections.abc import Callable
from importlib import import_module
from re import *  # noqa: F403
from re import Pattern
from typing import Any, cast


class _Later:
    """Stands for a compiled expression, and becomes one with whatever of it is asked for first."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = _re.compile(self.pattern, self._flags)
        for one in (
            "search",
            "match",
            "fullmatch",
            "split",
            "sub",
            "subn",
            "findall",
            "finditer",
            "flags",
            "groups",
            "groupindex",
        ):
            setattr(self, one, getattr(compiled, one))
        return getattr(compiled, name)


def compile(pattern: str, flags: int = 0) -> Pattern[str]:  # type: ignore[no-redef]  # in the place of the other
    return cast("Pattern[str]", _Later(pattern, flags))


class Later:
    """Stands for the module *name* where that is used by its attributes: ``if TYPE_CHECKING: from bot.intake import story`` with ``else: story =
    Later("bot.intake.story")``, so that checkers and the floors see the import as it is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


class LaterCall:
    """The same for one function. Whoever hands it to a worker need not load what reads: that it *returns* stands here, for ``documents/wire.py``."""

    def __init__(self, module: str, name: str, returns: Any = None) -> None:
        self.__module__, self._name, self.__annotations__ = module, name, {"return": returns}

    def __call__(self, *args: Any) -> Any:
        return _function(self.__module__, self._name)(*args)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str]]:
        return _function, (self.__module__, self._name)


def _function(module: str, name: str) -> Any:
    return getattr(import_module(module), name)
