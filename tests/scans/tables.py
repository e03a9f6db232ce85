"""Summary tables printed, scanned and photographed."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from PIL import Image, ImageDraw

from bot.forms.model import Form, Kind, plain_text
from tests.scans import fonts
from tests.scans.scoring import Score, plain
from tests.scans.spoiling import Page, curved, jpeg, noisy, photographed, resized, shaded, skewed, stamped
from tests.scans.truth import filled

COLUMNS = ("序号", "活动名称", "活动时间", "活动地点", "主（承）办单位", "联系人", "联系电话")
KEYS = ("", "activity_name", "activity_time", "venue", "units", "contact_person", "phone")
SHARES = (0.05, 0.22, 0.15, 0.2, 0.18, 0.08, 0.12)


class Listed(Struct, frozen=True):
    """A scan of a table and what its rows say, by key."""

    name: str
    data: bytes
    unit: str
    rows: tuple[dict[str, str], ...]


def table(seed: int) -> tuple[Page, str, list[dict[str, str]]]:
    rng = random.Random(f"table {seed}")
    across = rng.random() < 0.7
    width, height = (2339, 1654) if across else (1654, 2339)
    size = rng.choice((26, 28, 30)) if across else rng.choice((21, 23))
    face = fonts.printed(rng.choice(("serif", "sans")), size)
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    unit = filled(seed).values["reporting_unit"]
    title = fonts.printed("serif bold", 44)
    draw.text((110, 90), "附件2", font=face, fill=(20, 20, 20))
    draw.text((width / 2, 170), "2023年泉州市全国科普日重点活动汇总表", font=title, fill=(20, 20, 20), anchor="mm")
    draw.text((110, 230), f"填报单位（章）：{unit}", font=face, fill=(20, 20, 20))
    rows = [_row(1000 * seed + k) for k in range(rng.randint(3, 8))]
    left, y, line = 110, 285, rng.choice((2, 3))
    edges = [left + round(sum(SHARES[:k]) * (width - 2 * left)) for k in range(len(SHARES) + 1)]
    for number, texts in enumerate(
        [list(COLUMNS), *([str(n), *(row[key] for key in KEYS[1:])] for n, row in enumerate(rows, 1))]
    ):
        wrapped = [_wrapped(text, face, edges[k + 1] - edges[k] - 20) for k, text in enumerate(texts)]
        high = max(len(lines) for lines in wrapped) * round(1.4 * size) + 26
        for k, lines in enumerate(wrapped):
            draw.rectangle((edges[k], y, edges[k + 1], y + high), outline=(20, 20, 20), width=line)
            for n, text in enumerate(lines):
                at = y + high / 2 + 1.4 * size * (n - (len(lines) - 1) / 2)
                centred = k == 0 or number == 0
                x = (edges[k] + edges[k + 1]) / 2 if centred else edges[k] + 10
                draw.text((x, at), text, font=face, fill=(20, 20, 20), anchor="mm" if centred else "lm")
        y += high
    page = np.asarray(sheet)
    return (stamped(page, seed, at=(0.25, 0.1)) if seed % 4 == 0 else page), unit, rows


def _row(seed: int) -> dict[str, str]:
    values = filled(seed).values
    own = {"units": values["host_unit"], "phone": values["mobile"] or values["phone"]}
    return {key: own.get(key) or values[key] for key in KEYS if key}


def _wrapped(text: str, face: fonts.Font, wide: float) -> list[str]:
    lines = [""]
    for letter in text:
        if face.getlength(lines[-1] + letter) > wide:
            lines.append("")
        lines[-1] += letter
    return lines


def listed(seed: int) -> Listed:
    rng = random.Random(f"listed {seed}")
    page, unit, rows = table(seed)
    how = rng.choice(("scan", "scan", "photo", "photo", "wechat", "turned"))
    if how == "scan":
        spoiled = noisy(skewed(page, rng.uniform(-1, 1)), 5, seed)
    elif how == "wechat":
        spoiled = resized(photographed(shaded(page, seed), seed, 0.02), rng.choice((1440, 1706)))
    else:
        spoiled = photographed(shaded(curved(page, seed, rng.uniform(0, 0.008)), seed), seed, 0.03)
    if how == "turned":
        spoiled = np.ascontiguousarray(np.rot90(spoiled, rng.choice((1, 2, 3))))
    return Listed(f"汇总表{seed}.jpg", jpeg(spoiled, rng.choice((70, 85))), unit, tuple(rows))


def score_table(said: Listed, forms: Sequence[Form]) -> Score:
    """Value by value; a row too many is invented, whatever else is not right is asked for, for a row has no blank values here."""
    table = next((form for form in forms if form.kind is Kind.SUMMARY), None)
    rows = table.rows if table else ()
    found = Score()
    for number, row in enumerate(said.rows):
        read = rows[number] if number < len(rows) else {}
        for key, truth in row.items():
            value = plain_text(read[key].value) if key in read else ""
            result = "right" if plain(value) == plain(truth) else "wrong" if value else "asked"
            found.fields[result] += 1
            if result != "right":
                found.notes.append(f"{result}: row {number + 1} {key}: {truth!r} read as {value!r}")
    found.fields["invented"] += max(len(rows) - len(said.rows), 0)
    return found
