"""The campaign: its name, its days, its year."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Campaign(Struct, frozen=True):
    """What the checks need to know of the notice: activities within [starts, ends]; ``area_code`` implied
    in phones."""

    name: str
    starts: date
    ends: date
    area_code: str = "0595"

    @property
    def year(self) -> int:
        return self.starts.year
