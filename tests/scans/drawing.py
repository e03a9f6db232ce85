"""A filled form drawn on a sheet of paper, and what is ticked on it."""

from __future__ import annotations

import random

import numpy as np
from msgspec import Struct, field
from PIL import Image, ImageDraw

from tests.scans import fonts
from tests.scans.pens import INKS as PEN_INKS
from tests.scans.pens import PENS, Pen, frame
from tests.scans.truth import AUDIENCES, TYPES, Filled

WIDTH, HEIGHT = 1654, 2339  # A4 at 200 dots an inch
INKS = {**PEN_INKS, "black": (25, 25, 30), "blue": (30, 50, 150), "red": (190, 30, 40)}

# How a box is marked. «hand …» are strokes of a pen that keep to no box.
TICKS = (
    "☑",
    "√ in box",
    "√ for box",
    "■",
    "☒",
    "hand tick",
    "hand tick large",
    "hand cross",
    "hand circle",
    "hand filled",
    "tick beside",
    "circled option",
)


class Style(Struct):
    """How the form is printed and filled."""

    font: str = "serif"
    value_font: str = ""  # printed alike, or one of ``fonts.hands()``
    size: int = 30
    tick: str = "☑"
    pen: str = "black"
    line: int = 2
    open_sides: bool = False
    row: int = 84
    box: float = 0.78  # of the letters' height
    gap: int = 36  # between the options
    frame: str = "drawn"  # one of ``pens.FRAMES``
    thin: int = 2  # the frame's line
    jitter: float = 1.0  # how unsteady the hand is
    undone: float = 0.0  # how often an option is ticked by mistake and struck through
    seed: int = 0
    rng: random.Random = field(default_factory=lambda: random.Random(0))

    @classmethod
    def of(cls, seed: int, *, hand: str = "", tick: str = "") -> Style:
        rng = random.Random(f"style {seed}")
        by_hand = tick or hand
        return cls(
            font=rng.choice(("serif", "serif", "sans")),
            value_font=hand,
            size=rng.choice((28, 30, 32)),
            tick=tick or rng.choice(TICKS),
            pen=rng.choice(("black", "black", "blue")) if by_hand else "black",
            line=rng.choice((2, 3)),
            open_sides=rng.random() < 0.15,
            row=rng.choice((76, 84, 92)),
            box=rng.choice((0.7, 0.78, 0.9)),
            gap=rng.choice((22, 36, 50)),
            seed=seed,
            rng=rng,
        )


class Sheet:
    """Draws with one style."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.image = Image.new("RGB", (WIDTH, HEIGHT), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.rng = style.rng

    def print(self, x: float, y: float, text: str, size: int = 0, font: str = "") -> float:
        """*text* with its left middle at (x, y); where it ends."""
        face = fonts.printed(font or self.style.font, size or self.style.size)
        self.draw.text((x, y), text, font=face, fill=(20, 20, 20), anchor="lm")
        return x + face.getlength(text)

    def write(self, x: float, y: float, text: str) -> float:
        """A value, in its hand or printed; where it ends."""
        if not self.style.value_font:
            return self.print(x, y, text)
        size = round(self.style.size * self.rng.uniform(1.12, 1.3))
        wave = self.rng.uniform(-0.02, 0.02)
        for number, letter in enumerate(text):
            x = self._letter(x, y + wave * number * size, letter, size)
        return x

    def _letter(self, x: float, y: float, letter: str, size: int) -> float:
        own = round(size * (1 + self.rng.uniform(-0.08, 0.08) * self.style.jitter))
        face = fonts.written(self.style.value_font, letter, own)
        left, top, right, bottom = face.getbbox(letter, anchor="lm")
        wide, high = max(right - left, 1), max(bottom - top, 1)
        margin = size // 3
        patch = Image.new("L", (round(wide) + 2 * margin, round(high) + 2 * margin), 0)
        ImageDraw.Draw(patch).text((margin - left, margin - top), letter, font=face, fill=255, anchor="lm")
        turned = patch.transform(
            patch.size,
            Image.Transform.AFFINE,
            (
                1,
                self.rng.uniform(-0.08, 0.08) * self.style.jitter,
                0,
                self.rng.uniform(-0.05, 0.05) * self.style.jitter,
                1,
                self.rng.uniform(-1.5, 1.5) * self.style.jitter,
            ),
            Image.Resampling.BICUBIC,
        )
        ink = Image.new("RGB", patch.size, INKS[self.style.pen])
        self.image.paste(ink, (round(x + left) - margin, round(y + top) - margin), turned)
        return x + face.getlength(letter) + self.rng.uniform(-0.04, 0.1) * self.style.jitter * size

    def value(self, box: tuple[float, float, float, float], text: str) -> None:
        """A value within a cell, wrapped."""
        x0, top, x1, bottom = box
        wide = self.style.size * (1.36 if self.style.value_font else 1.0)
        lines, line, used = [], "", 0.0
        for letter in text:
            own = wide * (0.56 if letter.isascii() else 1.0)
            if used + own > x1 - x0 - 0.8 * wide:
                lines.append(line)
                line, used = "", 0.0
            line += letter
            used += own
        lines.append(line)
        step = min(1.5 * wide, (bottom - top) / max(len(lines), 1))
        y = (top + bottom) / 2 - step * (len(lines) - 1) / 2
        for number, one in enumerate(lines):
            self.write(x0 + 0.3 * wide, y + step * number, one)

    def options(self, box: tuple[float, float, float, float], names: tuple[str, ...], ticked: tuple[str, ...]) -> None:
        x0, top, x1, bottom = box
        size = self.style.size
        rows: list[list[tuple[str, float]]] = [[]]
        x = x0 + 0.4 * size
        for name in names:
            shown = "其他（请注明）" if name == "其他" else name
            wide = size * (1.15 + len(shown)) + self.style.gap
            if x + wide - self.style.gap > x1 and rows[-1]:
                rows.append([])
                x = x0 + 0.4 * size
            rows[-1].append((name, x))
            x += wide
        step = (bottom - top) / (len(rows) + 0.4)
        for number, row in enumerate(rows):
            y = top + step * (number + 0.7)
            for name, at in row:
                self.option(at, y, name, ticked=name in ticked)

    def option(self, x: float, y: float, name: str, *, ticked: bool) -> None:
        if self.style.tick in PENS:
            self._marked(x, y, name, ticked=ticked)
            return
        size, kind = self.style.size, self.style.tick if ticked else ""
        side = self.style.box * size
        square = (x, y - side / 2, x + side, y + side / 2)
        middle = (x + side / 2, y)
        if kind not in ("√ for box", "■"):
            self.draw.rectangle(square, outline=(20, 20, 20), width=2)
        if kind == "■":
            self.draw.rectangle(square, fill=(20, 20, 20))
        elif kind == "√ for box":
            self.print(x, y, "√", font="sans")
        elif kind in ("☑", "√ in box"):
            reach = 0.36 if kind == "☑" else 0.48
            self._stroke(self._tick(middle, side * reach / 0.5), (20, 20, 20), 3)
        elif kind == "☒":
            self._cross(square, 0.2, (20, 20, 20), 2)
        end = self.print(x + side + 0.2 * size, y, "其他（请注明）" if name == "其他" else name)
        if kind.startswith(("hand", "tick", "circled")):
            self._by_hand(kind, square, (x + side + 0.2 * size, end))

    def _marked(self, x: float, y: float, name: str, *, ticked: bool) -> None:
        """As other people do it."""
        style, kind = self.style, self.style.tick
        box = frame(self.draw, style.frame, x, y, style.box * style.size, style.thin, style.font)
        at = box[2] + 0.2 * style.size
        if ticked and kind == "typed ✓":
            at = self.print(at, y, self.rng.choice("√✓"), font="dejavu")
        end = self.print(at, y, "其他（请注明）" if name == "其他" else name)
        pen = Pen(self.draw, self.rng, style.pen)
        if ticked:
            pen.mark(kind, box, (at, end), end + style.gap)
        elif self.rng.random() < style.undone:
            pen.undo(box, (at, end))

    def _by_hand(self, kind: str, square: tuple[float, float, float, float], words: tuple[float, float]) -> None:
        x0, top, x1, bottom = square
        side, middle, pen = x1 - x0, ((x0 + x1) / 2, (top + bottom) / 2), INKS[self.style.pen]
        thick = self.rng.choice((3, 4, 5))
        if kind.startswith("hand tick"):
            self._stroke(self._tick(middle, side * (2.2 if "large" in kind else 1.35), shaky=True), pen, thick)
        elif kind == "hand cross":
            self._cross(square, -0.15, pen, thick)
        elif kind == "hand circle":
            self._ring((x0 - 0.35 * side, top - 0.3 * side, x1 + 0.3 * side, bottom + 0.35 * side), pen, thick)
        elif kind == "hand filled":
            for k in range(7):
                y = top + side * (k + 0.5) / 7
                self._stroke([(x0 + 1, y + self.rng.uniform(-2, 2)), (x1 - 1, y + self.rng.uniform(-3, 3))], pen, thick)
        elif kind == "tick beside":
            at = (x0 - 0.75 * side, middle[1])
            self._stroke(self._tick(at, side * 1.1, shaky=True), pen, thick)
        elif kind == "circled option":
            self._ring((words[0] - 8, top - 8, words[1] + 8, bottom + 8), pen, thick)

    def _tick(self, middle: tuple[float, float], side: float, *, shaky: bool = False) -> list[tuple[float, float]]:
        x, y = middle
        points = [(-0.36, 0.02), (-0.08, 0.34), (0.4, -0.4)]
        shake = 0.07 if shaky else 0.0
        return [
            (x + side * (px + self.rng.uniform(-shake, shake)), y + side * (py + self.rng.uniform(-shake, shake)))
            for px, py in points
        ]

    def _stroke(self, points: list[tuple[float, float]], ink: tuple[int, int, int], thick: int) -> None:
        self.draw.line(points, fill=ink, width=thick, joint="curve")

    def _cross(
        self, square: tuple[float, float, float, float], inset: float, ink: tuple[int, int, int], thick: int
    ) -> None:
        x0, top, x1, bottom = square
        d = inset * (x1 - x0)
        self._stroke([(x0 + d, top + d), (x1 - d, bottom - d)], ink, thick)
        self._stroke([(x0 + d, bottom - d), (x1 - d, top + d)], ink, thick)

    def _ring(self, box: tuple[float, float, float, float], ink: tuple[int, int, int], thick: int) -> None:
        x0, top, x1, bottom = box
        angles = np.linspace(0.2, 0.2 + 2 * np.pi * self.rng.uniform(0.97, 1.08), 40)
        points = [
            (
                (x0 + x1) / 2 + (x1 - x0) / 2 * np.cos(a) * (1 + 0.004 * k),
                (top + bottom) / 2 + (bottom - top) / 2 * np.sin(a) * (1 + 0.004 * k),
            )
            for k, a in enumerate(angles)
        ]
        self._stroke(points, ink, thick)


def registration(said: Filled, style: Style) -> np.ndarray:
    """The sheet as RGB rows."""
    sheet = Sheet(style)
    left, right = 150, WIDTH - 150
    sheet.print(left, 130, "附件1")
    title = "2023年泉州市全国科普日重点活动项目申报表"
    face = fonts.printed("serif bold", 44)
    sheet.print((WIDTH - face.getlength(title)) / 2, 210, title, 44, "serif bold")
    values = said.values
    x = sheet.print(left, 300, "填报单位：")
    sheet.write(x, 300, values["reporting_unit"])
    x = sheet.print(1050, 300, "填报日期：")
    sheet.write(x, 300, values["report_date"])
    grid = _Grid(sheet, left, right, 350)
    row = style.row
    for key, label in (("activity_name", "活动名称"), ("host_unit", "主办单位"), ("undertaking_unit", "承办单位")):
        grid.row(row, ((label, "", 0.17), ("", values[key], 0.83)))
    for pairs in (
        (("联 系 人", "contact_person"), ("联系电话", "phone")),
        (("移动电话", "mobile"), ("电子邮箱", "email")),
        (("活动时间", "activity_time"), ("活动地点", "venue")),
    ):
        (one, first), (other, second) = pairs
        high = row if "活动" not in one else round(row * 1.5)
        grid.row(high, ((one, "", 0.17), ("", values[first], 0.31), (other, "", 0.17), ("", values[second], 0.35)))
    for label, names, ticked in (("主要活动\n类型", TYPES, said.types), ("活动对象", AUDIENCES, said.audiences)):
        cell = grid.row(round(row * 1.7), ((label, "", 0.17), ("", "", 0.83)))[1]
        sheet.options(cell, names, ticked)
    cell = grid.row(row, (("参与人数", "", 0.17), ("", "", 0.83)))[1]
    y = (cell[1] + cell[3]) / 2
    x = sheet.print(cell[0] + 12, y, "预计公众参与活动人数")
    x = sheet.write(x + 8, y, values["expected_public"])
    x = sheet.print(x + 8, y, "人，组织工作人员")
    x = sheet.write(x + 8, y, values["staff_count"])
    sheet.print(x + 8, y, "人。")
    grid.row(HEIGHT - 150 - grid.y, (("主要\n活动\n内容", "", 0.17), ("", values["content"], 0.83)))
    return np.asarray(sheet.image)


class _Grid:
    """Rows of cells below each other."""

    def __init__(self, sheet: Sheet, left: int, right: int, top: int) -> None:
        self.sheet, self.left, self.right, self.y = sheet, left, right, top

    def row(self, high: int, cells: tuple[tuple[str, str, float], ...]) -> list[tuple[float, float, float, float]]:
        """Cells of (label, value, share of the width); their boxes."""
        sheet, x, boxes = self.sheet, float(self.left), []
        for label, value, share in cells:
            box = (x, float(self.y), x + share * (self.right - self.left), float(self.y + high))
            boxes.append(box)
            self._frame(box)
            if label:
                lines = label.split("\n")
                for number, line in enumerate(lines):
                    wide = fonts.printed(sheet.style.font, sheet.style.size).getlength(line)
                    y = (box[1] + box[3]) / 2 + 42 * (number - (len(lines) - 1) / 2)
                    sheet.print((box[0] + box[2] - wide) / 2, y, line)
            elif value:
                sheet.value(box, value)
            x = box[2]
        self.y += high
        return boxes

    def _frame(self, box: tuple[float, float, float, float]) -> None:
        x0, top, x1, bottom = box
        draw, wide = self.sheet.draw, self.sheet.style.line
        outer = self.sheet.style.open_sides
        draw.line((x0, top, x1, top), fill=(20, 20, 20), width=wide)
        draw.line((x0, bottom, x1, bottom), fill=(20, 20, 20), width=wide)
        if not (outer and x0 <= self.left + 1):
            draw.line((x0, top, x0, bottom), fill=(20, 20, 20), width=wide)
        if not (outer and x1 >= self.right - 1):
            draw.line((x1, top, x1, bottom), fill=(20, 20, 20), width=wide)
