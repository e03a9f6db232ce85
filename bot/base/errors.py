"""Errors that tell the reader what to do."""

from __future__ import annotations


class BotError(Exception):
    """Base of every error that the bot raises on purpose.

    ``remedy`` (Chinese, for the admin) says what to do; ``exit_status`` is what the command line returns.
    """

    remedy: str = ""
    exit_status: int = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        if remedy:
            self.remedy = remedy

    def __str__(self) -> str:
        what = super().__str__()
        return f"{what}。处理办法：{self.remedy}" if self.remedy else what


class ConfigError(BotError):
    """The configuration cannot be used; every message names section, key and what to write instead."""

    exit_status = 2


class ServerUnavailable(BotError):
    """A server cannot be reached or refuses service for now; try again later."""

    exit_status = 4
