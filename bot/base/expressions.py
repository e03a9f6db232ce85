"""``re`` whose ``compile`` does its work when the expression is first used: to be imported as ``re`` where there are many.

A thousand expressions tell what letters say; compiling them took half the time in which a command starts, and most commands read no letter.
"""

from __future__ import annotations

import re as _re
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
