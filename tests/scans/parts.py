"""Forms that come in parts: halves on two photos or on two pages, a part that is missing, several photos of one form and of several."""

from __future__ import annotations

import io
import random

import cv2
import numpy as np
from msgspec import Struct
from PIL import Image

from bot.base.replacing import replace
from tests.scans.drawing import HEIGHT, Style, registration
from tests.scans.spoiling import Page, curved, jpeg, noisy, photographed, resized, shaded, skewed, stamped
from tests.scans.truth import Filled, Sent, filled

# Which fields stand in which row of the sheet, from above; the row of the title and the two values above the table is 0.
ROWS = (
    ("reporting_unit", "report_date"),
    ("activity_name",),
    ("host_unit",),
    ("undertaking_unit",),
    ("contact_person", "phone"),
    ("mobile", "email"),
    ("activity_time", "venue"),
    ("activity_types",),
    ("audiences",),
    ("expected_public", "staff_count"),
    ("content",),
)


class Way(Struct, frozen=True):
    """How a form was cut: ``first`` ends at ``end``, ``second`` begins at ``start`` (pixels of the sheet)."""

    end: int
    start: int
    through: str = ""  # a row was cut, and is whole on neither


def made(seed: int) -> tuple[Page, Filled, Style]:
    said = filled(seed)
    style = Style.of(seed, tick=("☑", "■", "√ in box", "hand tick", "hand cross")[seed % 5])
    page = registration(said, style)
    return (stamped(page, seed) if seed % 4 == 0 else page), said, style


def rows_of(style: Style) -> list[int]:
    """Where the table begins and, of each of its rows in ``ROWS``, where it ends."""
    heights = [style.row] * 5 + [round(style.row * 1.5)] + [round(style.row * 1.7)] * 2 + [style.row]
    lines = [350]
    for high in heights:
        lines.append(lines[-1] + high)
    return [*lines, HEIGHT - 150]


def way(page: Page, style: Style, rng: random.Random) -> Way:
    """At a ruling line, somewhere, or overlapping by some rows."""
    lines = rows_of(style)
    rule = rng.randrange(3, 10)
    kind = rng.choice(("at a line", "through a row", "through a row", "overlapping", "overlapping", "overlapping much"))
    if kind == "at a line":
        near = rng.randint(-3, 4)
        return Way(lines[rule] + near, lines[rule] + near)
    if kind == "through a row":
        at = round(lines[rule] + rng.uniform(0.2, 0.8) * min(lines[rule + 1] - lines[rule], 200))
        return Way(at, at, "row")
    back = rng.randint(1, 2) if kind == "overlapping" else rng.randint(3, 6)
    first, last = lines[max(rule - back, 1)], lines[rule]
    return Way(last + rng.randint(4, 50), first - rng.randint(4, 50))


def shot(page: Page, top: int, bottom: int, seed: int) -> Page:
    """The rows of *page* from *top* to *bottom* on a photo of their own: torn or folded off, or the rest of the sheet outside of the picture."""
    rng = random.Random(f"shot {seed}")
    how = rng.choice(("scan", "table", "close", "close", "close"))
    if how == "scan":
        return noisy(skewed(page[top:bottom], rng.uniform(-0.8, 0.8)), 4, seed)
    if how == "table":
        return photographed(shaded(page[top:bottom], seed), seed, 0.02)
    whole = shaded(curved(page, seed, rng.uniform(0.0, 0.006)), seed)
    turned = skewed(whole, rng.uniform(-1.5, 1.5))
    high, wide = turned.shape[:2]
    lean = rng.uniform(-0.025, 0.025) * wide
    corners = np.asarray([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    moved = corners + np.asarray([[lean, 0], [-lean, 0], [lean / 2, 0], [-lean / 2, 0]], np.float32)
    seen = cv2.warpPerspective(
        turned, cv2.getPerspectiveTransform(corners, moved), (wide, high), borderValue=(80, 84, 90)
    )
    inset = rng.randint(0, 60)
    return np.asarray(seen[top:bottom, inset : wide - inset], np.uint8)


def _sized(page: Page, seed: int) -> bytes:
    rng = random.Random(f"size {seed}")
    return jpeg(resized(page, rng.choice((1400, 1700, 2000, 2600))), rng.choice((65, 78, 88)))


def _names(rng: random.Random, seed: int) -> tuple[str, str]:
    number = rng.randrange(1000, 9000)
    return rng.choice(
        (
            (f"IMG_{number}.jpg", f"IMG_{number + 1}.jpg"),
            ("申报表上半部分.jpg", "申报表下半部分.jpg"),
            (f"mmexport16930{number}1.jpg", f"mmexport16930{number}7.jpg"),
            ("1.jpg", "2.jpg"),
            (f"微信图片_{number}a.jpg", f"微信图片_{number}b.jpg"),
        )
    )


def as_pdf(pages: list[Page]) -> bytes:
    buffer = io.BytesIO()
    first, *more = [Image.fromarray(page) for page in pages]
    first.save(buffer, "PDF", save_all=True, append_images=more, resolution=150.0)
    return buffer.getvalue()


def halves(seed: int) -> Sent:
    """One form in two parts."""
    rng = random.Random(f"halves {seed}")
    page, said, style = made(seed)
    cut = way(page, style, rng)
    parts = [shot(page, 0, cut.end, 2 * seed), shot(page, cut.start, page.shape[0], 2 * seed + 1)]
    if rng.random() < 0.2:
        return Sent(((f"申报表{seed}.pdf", as_pdf([resized(part, 1800) for part in parts])),), (said,), style.tick)
    files = [
        (name, _sized(part, 2 * seed + k)) for k, (name, part) in enumerate(zip(_names(rng, seed), parts, strict=True))
    ]
    return Sent(tuple(files[::-1] if rng.random() < 0.35 else files), (said,), style.tick)


def half_missing(seed: int) -> Sent:
    """Only one part of the form came."""
    rng = random.Random(f"missing {seed}")
    page, said, style = made(seed)
    lines = rows_of(style)
    rule = rng.randrange(4, 9)
    upper = rng.random() < 0.5
    at = lines[rule] + (4 if upper else -4)
    picture = shot(page, 0, at, seed) if upper else shot(page, at, page.shape[0], seed)
    lost = {key for row in (ROWS[rule + 1 :] if upper else ROWS[: rule + 1]) for key in row}
    return Sent(((f"IMG_{seed}.jpg", _sized(picture, seed)),), (without(said, lost),), style.tick)


def without(said: Filled, lost: set[str]) -> Filled:
    values = {key: "" if key in lost else value for key, value in said.values.items()}
    return replace(
        said,
        values=values,
        types=() if "activity_types" in lost else said.types,
        audiences=() if "audiences" in lost else said.audiences,
        start=None if "activity_time" in lost else said.start,
        end=None if "activity_time" in lost else said.end,
    )


def halves_of_two(seed: int) -> Sent:
    """Two forms of one unit, each in two photos."""
    files: list[tuple[str, bytes]] = []
    said = []
    unit = filled(seed).values["reporting_unit"]
    for number in range(2):
        own = seed + 3000 * number
        rng = random.Random(f"of two {own}")
        told = filled(own)
        told = replace(told, values={**told.values, "reporting_unit": unit})
        style = Style.of(own, tick="☑")
        page = registration(told, style)
        cut = way(page, style, rng)
        parts = (shot(page, 0, cut.end, 2 * own), shot(page, cut.start, page.shape[0], 2 * own + 1))
        files += [(f"IMG_{seed}_{2 * number + k}.jpg", _sized(part, own + k)) for k, part in enumerate(parts, 1)]
        said.append(told)
    return Sent(tuple(files), tuple(said))


def same_unit(seed: int) -> Sent:
    """Two forms of one unit that share most: person, numbers, who is meant; each a photo."""
    one = filled(seed)
    other = filled(seed + 4000)
    shared = (
        "reporting_unit",
        "report_date",
        "host_unit",
        "undertaking_unit",
        "contact_person",
        "phone",
        "mobile",
        "email",
        "expected_public",
        "staff_count",
    )
    other = replace(
        other,
        values={**other.values, **{key: one.values[key] for key in shared}},
        types=one.types,
        audiences=one.audiences,
    )
    if seed % 3 == 0:  # the same lecture on another day
        values = {**other.values, "activity_name": one.values["activity_name"], "content": one.values["content"]}
        other = replace(other, values=values)
    if one.start == other.start:
        return same_unit(seed + 777)
    files = []
    for number, told in enumerate((one, other), 1):
        page = registration(told, Style.of(seed, tick="☑"))
        files.append(
            (
                f"IMG_{seed}_{number}.jpg",
                _sized(photographed(shaded(page, seed + number), seed + number, 0.02), seed + number),
            )
        )
    return Sent(tuple(files), (one, other))


def thrice(seed: int) -> Sent:
    """Three photos of one form: a part too near, one blurred, one with a thumb on it."""
    page, said, style = made(seed)
    rng = random.Random(f"thrice {seed}")
    lines = rows_of(style)
    blurred = np.asarray(cv2.GaussianBlur(page, (0, 0), rng.uniform(1.2, 2.2)), np.uint8)
    thumb = page.copy()
    at = (int(rng.uniform(0.2, 0.9) * page.shape[1]), int(rng.uniform(0.25, 0.6) * page.shape[0]))
    cv2.ellipse(thumb, at, (150, 260), rng.uniform(-30, 30), 0, 360, (188, 140, 120), -1)
    pictures = [
        photographed(shaded(blurred, seed), seed, 0.03),
        photographed(shaded(thumb, seed + 1), seed + 1, 0.03),
        shot(page, lines[rng.randrange(2, 5)] - 20, lines[rng.randrange(8, 10)] + 30, seed + 2),
    ]
    rng.shuffle(pictures)
    files = ((f"mmexport{seed}{k}.jpg", _sized(picture, seed + k)) for k, picture in enumerate(pictures))
    return Sent(tuple(files), (said,), style.tick)
