"""A worker process for untrusted files (limits follow); for now the call runs here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.documents.model import Limits


class Guard:
    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008  (frozen)
        self.limits = limits

    def run(self, function: Callable[..., Any], *args: Any, seconds: float | None = None) -> Any:
        return function(*args)

    def close(self) -> None:
        pass

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()
