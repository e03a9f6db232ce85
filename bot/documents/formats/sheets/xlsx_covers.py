"""Shapes and pictures of an .xlsx sheet that let nothing through, with their place in cells. ECMA-376 20.5."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from bot.documents.formats.sheets.covers import Cover
from bot.documents.formats.sheets.looks import S
from bot.documents.shared.ooxml import R_EMBED, XDR, A, Package
from bot.documents.shared.xml import Element

_POINT, _PIXEL = 12_700, 9_525  # in EMU
_UPRIGHT = ("rect", "flowChartProcess")
_FULL = 97_000  # thousandths of a percent
_FILLS = ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill")
_MOST = 500


class Sizes:
    """Widths of columns and heights of rows in EMU, as far as a sheet's elements were noted."""

    def __init__(self) -> None:
        self._columns: list[tuple[int, int, int]] = []
        self._rows: dict[int, int] = {}
        self._column, self._row = 64 * _PIXEL, 15 * _POINT

    def note(self, item: Element) -> None:
        if item.tag == f"{S}col" and item.get("width"):
            first, last = int(_number(item.get("min"))) - 1, int(_number(item.get("max"))) - 1
            self._columns.append((first, last, _width(_number(item.get("width")))))
        elif item.tag == f"{S}row" and item.get("ht"):
            self._rows[int(_number(item.get("r"))) - 1] = int(_number(item.get("ht")) * _POINT)
        elif item.tag == f"{S}sheetFormatPr":
            self._row = int(_number(item.get("defaultRowHeight"), 15) * _POINT)
            self._column = _width(_number(item.get("defaultColWidth"), 8.43))

    def column(self, place: int) -> int:
        return next((width for first, last, width in self._columns if first <= place <= last), self._column) or 1

    def row(self, place: int) -> int:
        return self._rows.get(place, self._row) or 1


def covers_on(package: Package, sheet_part: str, sizes: Sizes) -> Iterator[Cover]:
    for one in package.relations(sheet_part).values():
        root = package.optional_xml(one.target) if one.kind == "drawing" and not one.external else None
        for anchor in islice(root, _MOST) if root is not None else ():
            yield from _covers(package, one.target, anchor, sizes)


def _covers(package: Package, part: str, anchor: Element, sizes: Sizes) -> Iterator[Cover]:
    start, end, size = (anchor.find(f"{XDR}{name}") for name in ("from", "to", "ext"))
    if start is None or (end is None and size is None):
        return
    (row, down), (column, across) = _edge(start, "row"), _edge(start, "col")
    if end is not None:
        (last_row, below), (last_column, behind) = _edge(end, "row"), _edge(end, "col")
    else:
        assert size is not None
        last_row, below = _walked(sizes.row, row, down + _number(size.get("cy")))
        last_column, behind = _walked(sizes.column, column, across + _number(size.get("cx")))
    place = (
        row + min(down / sizes.row(row), 1),
        column + min(across / sizes.column(column), 1),
        last_row + min(below / sizes.row(last_row), 1),
        last_column + min(behind / sizes.column(last_column), 1),
    )
    shape, image = anchor.find(f"{XDR}sp"), anchor.find(f"{XDR}pic")
    if shape is not None and _is_upright(shape) and _is_filled(shape):
        yield Cover(*place)
    elif image is not None and _is_upright(image):
        blip = image.find(f"{XDR}blipFill/{A}blip")
        is_whole = blip is not None and all(one.tag == f"{A}extLst" for one in blip)
        target = package.target(part, blip.get(R_EMBED, "")) if blip is not None and is_whole else ""
        if target:
            yield Cover(*place, package.data(target))


def _edge(marker: Element, name: str) -> tuple[int, float]:
    return int(_number(marker.findtext(f"{XDR}{name}"))), _number(marker.findtext(f"{XDR}{name}Off"))


def _walked(size: Callable[[int], int], place: int, length: float) -> tuple[int, float]:
    """The cell in which *length* ends that begins in cell *place*, and how far in it."""
    for _ in range(_MOST):
        if length <= size(place):
            break
        length -= size(place)
        place += 1
    return place, length


def _is_upright(shape: Element) -> bool:
    """A rectangle that is shown, not turned."""
    properties = shape.find(f"{XDR}spPr")
    geometry = properties.find(f"{A}prstGeom") if properties is not None else None
    frame = properties.find(f"{A}xfrm") if properties is not None else None
    own = shape.find(f"*/{XDR}cNvPr")
    return (
        geometry is not None
        and geometry.get("prst") in _UPRIGHT
        and (frame is None or frame.get("rot", "0") == "0")
        and (own is None or own.get("hidden", "0") in ("0", "false"))
    )


def _is_filled(shape: Element) -> bool:
    """Whether nothing shines through: one colour of its own, or that of its style."""
    fills = [shape.find(f"{XDR}spPr/{A}{name}") for name in _FILLS]
    fill = next((one for one in fills if one is not None), None)
    if fill is None:
        fill = shape.find(f"{XDR}style/{A}fillRef[@idx='1']")
    elif fill.tag != f"{A}solidFill":
        return False
    return fill is not None and all(_number(one.get("val")) >= _FULL for one in fill.iter(f"{A}alpha"))


def _width(characters: float) -> int:
    """Of a column of so many digits, in the usual font (18.3.1.13)."""
    return int(characters * 7 + 5) * _PIXEL


def _number(text: str | None, default: float = 0) -> float:
    try:
        return max(0.0, min(float(text), 1e9)) if text else default
    except ValueError:
        return default
