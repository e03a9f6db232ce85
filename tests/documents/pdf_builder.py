"""PDFs drawn for the tests, each with one oddity of those that offices send."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
HIGH = 842.0

ROWS: list[list[tuple[str, int]]] = [
    [("活动名称", 1), ("科普进校园活动", 3)],
    [("联系人", 1), ("庄晓东", 1), ("联系电话", 1), ("0595-22000000", 1)],
    [("主要活动类型", 1), ("□展览展示  □互动体验", 3)],
]
XS = [70.0, 150.0, 300.0, 380.0, 525.0]


def pdf(*pages: Callable[[Canvas], None], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, HIGH), **options)
    for draw in pages:
        canvas.setFont(FONT, 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def text(canvas: Canvas, x: float, top: float, written: str, size: float = 12, font: str = FONT) -> None:
    """*written* with its upper edge *top* points below the page's."""
    canvas.setFont(font, size)
    canvas.drawString(x, HIGH - top - size * 0.88, written)


def table(
    canvas: Canvas,
    rows: Sequence[Sequence[tuple[str, int]]] = ROWS,
    *,
    top: float = 150.0,
    height: float = 36.0,
    style: str = "lines",
    xs: Sequence[float] = XS,
) -> None:
    """A ruled table; *style* says how its borders are drawn."""
    for number, row in enumerate(rows):
        y, col = top + number * height, 0
        for written, span in row:
            x0, x1 = xs[col], xs[col + span]
            border(canvas, x0, y, x1, y + height, style, first=col == 0, last=col + span == len(xs) - 1)
            lines = written.split("\n")
            for i, line in enumerate(lines):
                text(canvas, x0 + 6, y + (height - 14 * len(lines)) / 2 + 14 * i + 1, line)
            col += span


def border(
    canvas: Canvas, x0: float, top: float, x1: float, bottom: float, style: str, *, first: bool, last: bool
) -> None:
    low, high = HIGH - bottom, HIGH - top
    sides = [(x0, high, x1, high), (x0, low, x1, low)]
    if not (style == "open" and first):
        sides.append((x0, low, x0, high))
    if not (style == "open" and last):
        sides.append((x1, low, x1, high))
    if style == "rects":
        canvas.rect(x0, low, x1 - x0, high - low, stroke=1, fill=0)
    elif style == "fills":
        for ax, ay, bx, by in sides:
            canvas.rect(ax - 0.25, ay - 0.25, bx - ax + 0.5, by - ay + 0.5, stroke=0, fill=1)
    elif style == "dots":
        for ax, ay, bx, by in sides:
            for step in range(int(max(bx - ax, by - ay) / 1.5) + 1):
                at = (ax + 1.5 * step, ay) if bx > ax else (ax, ay + 1.5 * step)
                canvas.rect(*at, 0.75, 0.75, stroke=0, fill=1)
    elif style == "slanting":  # as browsers print the border of each cell
        for ax, ay, bx, by in sides:
            dx, dy = (1, 0) if bx > ax else (0, 1)
            path = canvas.beginPath()
            path.moveTo(ax, ay)
            path.lineTo(bx, by)
            path.lineTo(bx - dx + dy, by - dy + dx)
            path.lineTo(ax + dx + dy, ay + dy + dx)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
    else:
        if style == "dashed":
            canvas.setDash(2, 2)
        for side in sides:
            canvas.line(*side)
            if style == "double":
                canvas.line(*(value + 1.5 for value in side))
        canvas.setDash()


def drawn_box(canvas: Canvas, x: float, top: float, mark: str = "", *, how: str = "rect", side: float = 10.0) -> None:
    """A square or ring of vector lines, or a picture of one; *mark*: tick, cross, fill, dark (all of it) or nothing."""
    low, high = HIGH - top - side, HIGH - top
    if how == "picture":
        image = Image.new("L", (40, 40), 255)
        pen = ImageDraw.Draw(image)
        pen.rectangle((2, 2, 37, 37), outline=0, width=3)
        if mark:
            pen.line((8, 20, 17, 31, 33, 8), fill=0, width=4)
        canvas.drawImage(ImageReader(image), x, low, side, side)
        return
    if how == "ring":
        canvas.circle(x + side / 2, low + side / 2, side / 2)
        if mark:
            canvas.circle(x + side / 2, low + side / 2, side / 4, stroke=0, fill=1)
        return
    if how == "rect":
        canvas.rect(x, low, side, side)
    else:
        for line in (
            (x, low, x + side, low),
            (x, high, x + side, high),
            (x, low, x, high),
            (x + side, low, x + side, high),
        ):
            canvas.line(*line)
    if mark == "tick":
        path = canvas.beginPath()
        path.moveTo(x + 1.5, low + side * 0.5)
        path.lineTo(x + side * 0.4, low + 1.5)
        path.lineTo(x + side * 1.1, high + 1)
        canvas.drawPath(path)
    elif mark == "two lines":
        canvas.line(x + 1.5, low + side * 0.5, x + side * 0.4, low + 1.5)
        canvas.line(x + side * 0.4, low + 1.5, x + side * 0.95, high - 0.5)
    elif mark == "cross":
        canvas.line(x + 1, low + 1, x + side - 1, high - 1)
        canvas.line(x + 1, high - 1, x + side - 1, low + 1)
    elif mark == "dark":
        canvas.rect(x, low, side, side, fill=1)
    elif mark == "fill":
        canvas.rect(x + 2, low + 2, side - 4, side - 4, stroke=0, fill=1)
