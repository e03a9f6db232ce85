"""Cells that lie wholly under a drawn shape: what stands in them cannot be seen.

Only what is certain counts: an upright rectangle with a plain filling that lets nothing through, or a picture of a single colour. A seal
over a unit's name, a logo, a photo, a frame without a filling hide nothing.
"""

from __future__ import annotations

from msgspec import Struct

from bot.documents.formats.sheets.grid import Merge, Sheet
from bot.documents.shared.pictures import is_plain

_BESIDE, _ABOVE = 0.1, 0.2  # of a cell: how much of it may look out at each side, and above and below
_MOST = 200


class Cover(Struct, frozen=True):
    """Where a shape lies, in cells from the sheet's corner: 2.5 is the middle of the third row. ``picture``: to be looked at."""

    top: float
    left: float
    bottom: float
    right: float
    picture: bytes = b""

    def hides(self, cell: Merge) -> bool:
        top, left, bottom, right = cell
        return (
            self.top <= top + _ABOVE
            and self.bottom >= bottom + 1 - _ABOVE
            and self.left <= left + _BESIDE
            and self.right >= right + 1 - _BESIDE
        )


def take_out_covered(sheet: Sheet, covers: list[Cover]) -> None:
    """Take out of *sheet* the cells that *covers* hide, and note which."""
    if not covers:
        return
    merges = {merge[:2]: merge for merge in sheet.merges}
    for cover in covers[:_MOST]:
        under = [place for place in sheet.cells if cover.hides(merges.get(place, (*place, *place)))]
        if under and (not cover.picture or is_plain(cover.picture)):
            sheet.covered += under
            for place in under:
                del sheet.cells[place]
