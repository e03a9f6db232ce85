"""The graphics of an OFD page -> the operators of a PDF page: texts with their places, paths, pictures, groups (GB/T 33190 chapters 7 to 10)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from msgspec import Struct

from bot.documents.formats.ofd.package import Numbers, Package, Resources, child, children, kind, numbers, steps, words
from bot.documents.formats.ofd.sheet import PdfFile, width_of
from bot.documents.shared.xml import Element, inner_text

_DEEPEST = 12  # groups within groups
_MOST_OBJECTS = 50_000  # of a page, those of groups in groups counted each time
_MOST_LETTERS = 20_000  # of one text
_LINE_WIDTH = 0.353  # millimetres, where none is said
_ARC_STEPS = 16
_HIDDEN_MODE = 3


class Drawing(Struct):
    """Draws into *pdf*; everything in millimetres from the page's upper left corner."""

    package: Package
    resources: Resources
    pdf: PdfFile
    left: int = _MOST_OBJECTS

    def objects(self, items: Element | None, parameter: str | None = None, depth: int = 0) -> Iterator[str]:
        """All graphics of a layer or group; *parameter* is the layer's drawing parameter."""
        for item in children(items):
            self.left -= 1
            if item.get("Visible", "true").lower() in ("false", "0") or depth > _DEEPEST or self.left < 0:
                continue
            parameters = [item, *self.resources.chain(item.get("DrawParam") or parameter)]
            if kind(item) == "PageBlock":
                yield from self.objects(item, parameter, depth + 1)
            elif kind(item) in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                yield "q"
                yield from self._frame(item)
                if kind(item) == "TextObject":
                    yield from self._text(item, parameters)
                elif kind(item) == "PathObject":
                    yield from self._path(item, parameters)
                elif kind(item) == "ImageObject":
                    yield from self._image(item)
                else:
                    group = self.resources.groups.get(item.get("ResourceID") or "")
                    yield from self.objects(child(group, "Content"), parameter, depth + 1)
                yield "Q"

    def _frame(self, item: Element) -> Iterator[str]:
        """The object's own coordinates: from the corner of its boundary, then by its matrix; and its clip."""
        boundary, matrix = numbers(item.get("Boundary")), numbers(item.get("CTM"))
        if len(boundary) == 4:
            yield _cm((1, 0, 0, 1, *boundary[:2]))
        if len(matrix) == 6 and kind(item) != "ImageObject":
            yield _cm(matrix)
        for clip in children(child(item, "Clips"), "Clip"):
            paths = [path for area in children(clip, "Area") for path in children(area, "Path")]
            operators = [operator for path in paths for operator in _outline(_data(path), _corner(path))]
            if operators:
                yield from (*operators, "W n")

    def _paint(self, item: Element, parameters: list[Element]) -> Iterator[str]:
        """Colours and opacity."""
        alpha = _share(item.get("Alpha"))
        opacity = []
        for name, operators in (("FillColor", ("g", "rg", "k")), ("StrokeColor", ("G", "RG", "K"))):
            colour = next((found for one in parameters if (found := child(one, name)) is not None), None)
            opacity.append(alpha * _share(colour.get("Alpha") if colour is not None else None))
            values = _colour(colour)
            operator = {1: operators[0], 3: operators[1], 4: operators[2]}.get(len(values))
            if operator:
                yield f"{' '.join(f'{value:.4f}' for value in values)} {operator}"
        if min(opacity) < 1:
            yield f"/G{self.pdf.state(*opacity)} gs"

    def _text(self, item: Element, parameters: list[Element]) -> Iterator[str]:
        size = _number(item.get("Size"), 0.0)
        if size <= 0:
            return
        font = self.pdf.font(self.resources.fonts.get(item.get("Font") or "", ""))
        fills, strokes = item.get("Fill", "true") != "false", item.get("Stroke", "false") == "true"
        mode = {(True, False): 0, (False, True): 1, (True, True): 2}.get((fills, strokes), _HIDDEN_MODE)
        scale, angle = _number(item.get("HScale"), 1.0), math.radians(_number(item.get("CharDirection"), 0.0))
        right, up = (math.cos(angle) * scale, math.sin(angle) * scale), (math.sin(angle), -math.cos(angle))
        yield from self._paint(item, parameters)
        yield f"BT /F{font.number} {size:.4f} Tf {mode} Tr"
        x = y = 0.0
        for code in children(item, "TextCode"):
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            letters = list(inner_text(code).strip("\r\n\t"))[:_MOST_LETTERS]
            for run, at in _runs(letters, code, size * scale, (x, y)):
                place = _of(right[0], right[1], up[0], up[1], *at)
                yield f"{place} Tm [{_shown(font.code, run, size * scale)}] TJ"
        yield "ET"

    def _path(self, item: Element, parameters: list[Element]) -> Iterator[str]:
        fills, strokes = item.get("Fill", "false") == "true", item.get("Stroke", "true") != "false"
        if not fills and not strokes:
            return
        yield from self._paint(item, parameters)
        wide = next((value for one in parameters if (value := one.get("LineWidth"))), None)
        yield f"{_number(wide, _LINE_WIDTH):.4f} w"
        dashes = numbers(next((value for one in parameters if (value := one.get("DashPattern"))), None))
        if dashes and any(dash > 0 for dash in dashes):
            yield f"[{' '.join(f'{max(dash, 0):.3f}' for dash in dashes)}] 0 d"
        outline = list(_outline(_data(item)))
        even = "*" if item.get("Rule", "").lower() == "even-odd" else ""
        if outline:
            yield from (*outline, {(True, True): f"B{even}", (True, False): f"f{even}"}.get((fills, strokes), "S"))

    def _image(self, item: Element) -> Iterator[str]:
        boundary, matrix = numbers(item.get("Boundary")), numbers(item.get("CTM"))
        place = self.resources.pictures.get(item.get("ResourceID") or "", "")
        number = self.pdf.picture(place, self.package.data(place)) if place else None
        if number is None or len(boundary) != 4:
            return
        yield from self._paint(item, [])
        yield _cm(matrix if len(matrix) == 6 else (boundary[2], 0, 0, boundary[3], 0, 0))
        yield f"{_cm((1, 0, 0, -1, 0, 1))} /P{number} Do"  # a PDF's pictures stand on their lower edge


def _runs(
    letters: list[str], code: Element, size: float, start: tuple[float, float]
) -> Iterator[tuple[list[tuple[str, float]], tuple[float, float]]]:
    """The letters of a text code as level runs: each letter with the way to the next one, and where the run begins."""
    across = steps(code.get("DeltaX"), len(letters))
    down = steps(code.get("DeltaY"), len(letters))
    (x, y), run = start, []
    begin = start
    for number, letter in enumerate(letters):
        dy = down[number] if number < len(down) else 0.0
        own = 0.0 if down and not across else width_of(letter) * size
        dx = across[number] if number < len(across) else own
        run.append((letter, dx))
        x, y = x + dx, y + dy
        if dy:
            yield run, begin
            run, begin = [], (x, y)
    if run:
        yield run, begin


def _shown(code_of: Callable[[str], str], run: list[tuple[str, float]], size: float) -> str:
    """The operand of TJ: codes, and by how much the next one stands nearer than the letter is wide."""
    out = []
    for letter, step in run:
        out.append(f"<{code_of(letter)}>")
        nearer = (width_of(letter) * size - step) / size * 1000
        if abs(nearer) > 0.5:
            out.append(f"{nearer:.1f}")
    return "".join(out)


def _outline(data: list[str], origin: tuple[float, ...] = (0.0, 0.0)) -> Iterator[str]:
    """Path operators out of «M x y L x y B … Q … A … C» (9.1)."""
    dx, dy = origin
    parts = iter(data)
    x = y = 0.0
    try:
        for command in parts:
            count = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}.get(command, 0)
            given = [float(next(parts)) for _ in range(count)]
            points = [value + (dy if number % 2 else dx) for number, value in enumerate(given)]
            if command in ("M", "S", "L"):
                yield f"{_of(*points)} {'l' if command == 'L' else 'm'}"
            elif command == "B":
                yield f"{_of(*points)} c"
            elif command == "Q":
                ax, ay, bx, by = points
                first, second = (
                    (x + 2 * (ax - x) / 3, y + 2 * (ay - y) / 3),
                    (bx + 2 * (ax - bx) / 3, by + 2 * (ay - by) / 3),
                )
                yield f"{_of(*first, *second, bx, by)} c"
            elif command == "A":
                points = [given[5] + dx, given[6] + dy]
                yield from (f"{_of(*point)} l" for point in _arc((x, y), given, (points[0], points[1])))
            elif command == "C":
                yield "h"
            if count:
                x, y = points[-2:]
    except (ValueError, StopIteration):
        return


def _arc(start: tuple[float, float], given: list[float], end: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Points on an elliptical arc, by its two ends as SVG counts them (SVG 1.1 F.6)."""
    rx, ry, turn, large, sweep = abs(given[0]), abs(given[1]), math.radians(given[2]), given[3] > 0, given[4] > 0
    (x1, y1), (x2, y2) = start, end
    if not rx or not ry or start == end:
        yield end
        return
    cos, sin = math.cos(turn), math.sin(turn)
    hx, hy = (x1 - x2) / 2, (y1 - y2) / 2
    px, py = cos * hx + sin * hy, cos * hy - sin * hx
    grown = math.sqrt(max((px / rx) ** 2 + (py / ry) ** 2, 1.0))
    rx, ry = rx * grown, ry * grown
    below = (rx * py) ** 2 + (ry * px) ** 2
    share = math.sqrt(max((rx * ry) ** 2 - below, 0.0) / below) * (-1 if large == sweep else 1)
    cx, cy = share * rx * py / ry, -share * ry * px / rx
    begin = math.atan2((py - cy) / ry, (px - cx) / rx)
    angle = math.atan2((-py - cy) / ry, (-px - cx) / rx) - begin
    if sweep and angle < 0:
        angle += 2 * math.pi
    elif not sweep and angle > 0:
        angle -= 2 * math.pi
    mx, my = cos * cx - sin * cy + (x1 + x2) / 2, sin * cx + cos * cy + (y1 + y2) / 2
    for step in range(1, _ARC_STEPS + 1):
        at = begin + angle * step / _ARC_STEPS
        ex, ey = rx * math.cos(at), ry * math.sin(at)
        yield cos * ex - sin * ey + mx, sin * ex + cos * ey + my


def _data(item: Element) -> list[str]:
    return words(item, "AbbreviatedData").split()


def _colour(item: Element | None) -> Numbers:
    """Grey, red-green-blue or four inks from 0 to 1; of a gradient its first colour."""
    if item is None:
        return ()
    written = item.get("Value")
    if written is None:
        inner = next((one for one in item.iter() if isinstance(one.tag, str) and kind(one) == "Color"), None)
        written = inner.get("Value") if inner is not None else None
    parts = (written or "").split()
    try:
        return tuple(min((int(p[1:], 16) if p.startswith("#") else float(p)) / 255, 1.0) for p in parts)
    except ValueError:
        return ()


def _corner(item: Element) -> Numbers:
    boundary = numbers(item.get("Boundary"))
    return boundary[:2] if len(boundary) == 4 else (0.0, 0.0)


def _share(alpha: str | None) -> float:
    return min(max(_number(alpha, 255.0) / 255, 0.0), 1.0)


def _number(text: str | None, default: float) -> float:
    found = numbers(text)
    return found[0] if len(found) == 1 and math.isfinite(found[0]) else default


def _of(*values: float) -> str:
    return " ".join(f"{value:.4f}" for value in values)


def _cm(matrix: Numbers) -> str:
    return f"{_of(*matrix)} cm"
