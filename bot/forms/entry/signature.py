"""Unit and date at the foot of a form, where they stand without labels («晋江市科协（盖章）», «2023年8月28日»)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.base.campaign import Campaign
from bot.forms.definitions import FormDefinition
from bot.forms.entry.value import STAMP
from bot.forms.labels.raw import Piece
from bot.forms.model import Value
from bot.forms.values.dates import read_day
from bot.forms.values.unit_names import is_unit_name

LOOKED_AT = 8  # lines
LONGEST = 40  # characters


def signature(tail: Sequence[Piece], definition: FormDefinition, campaign: Campaign) -> Mapping[str, Value]:
    """The values by field key: a unit only with its stamp or its date, a date only with its unit."""
    unit = definition.outside("unit")
    day = definition.outside("date")
    if unit is None:
        return {}
    lines = [piece for piece in tail[:LOOKED_AT] if piece.text.strip()]
    for i, piece in enumerate(lines):
        name = STAMP.sub("", piece.text).strip(" 　：:")
        if not is_unit(name, definition):
            continue
        below = lines[i + 1] if i + 1 < len(lines) else None
        date = read_day(below.text, campaign.year).start if below and len(below.text) < LONGEST else None
        if date is None and not STAMP.search(piece.text):
            continue
        found = {unit.key: Value(name, piece.text.strip(), (piece.place,), piece.confidence)}
        if day is not None and below is not None and date is not None:
            found[day.key] = Value(date, below.text.strip(), (below.place,), below.confidence)
        return found
    return {}


def is_unit(name: str, definition: FormDefinition) -> bool:
    return is_unit_name(name, definition.unit_suffixes, fewest=4)
