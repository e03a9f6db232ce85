"""The kinds of scans and photos, each a function of a seed: the files as they arrive, and what stands on them."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from tests.scans import fonts, parts
from tests.scans.drawing import TICKS, Style, registration
from tests.scans.pens import DIRT, FRAMES, INKS, PENS, dirty
from tests.scans.spoiling import (
    Page,
    curved,
    faxed,
    from_screen,
    jpeg,
    noisy,
    photographed,
    png,
    resized,
    shaded,
    side_by_side,
    skewed,
    stamped,
)
from tests.scans.truth import Filled, Sent, filled


def _printed(seed: int, tick: str = "") -> tuple[Page, Filled, Style]:
    said = filled(seed)
    style = Style.of(seed, tick=tick or TICKS[seed % len(TICKS)])
    return registration(said, style), said, style


def _one(seed: int, spoil: Callable[[Page], bytes]) -> Sent:
    page, said, style = _printed(seed)
    data = spoil(page)
    return Sent(((f"扫描{seed}.jpg", data),), (said,), style.tick)


def clean(seed: int) -> Sent:
    angle = random.Random(seed).uniform(-1.2, 1.2)
    return _one(seed, lambda page: jpeg(noisy(skewed(page, angle), 5, seed), 88))


def stamp(seed: int) -> Sent:
    return _one(seed, lambda page: jpeg(noisy(stamped(page, seed), 4, seed), 85))


def curve(seed: int) -> Sent:
    rng = random.Random(seed)
    return _one(
        seed, lambda page: jpeg(photographed(shaded(curved(page, seed, rng.uniform(0.006, 0.016)), seed), seed), 80)
    )


def photo(seed: int) -> Sent:
    return _one(seed, lambda page: jpeg(photographed(shaded(page, seed), seed), 75))


def screen(seed: int) -> Sent:
    return _one(seed, lambda page: jpeg(from_screen(page, seed), 82))


def wechat(seed: int) -> Sent:
    longest = random.Random(seed).choice((1280, 1440, 1706))
    return _one(seed, lambda page: jpeg(resized(photographed(shaded(page, seed), seed, 0.02), longest), 62))


def fax(seed: int) -> Sent:
    return _one(seed, lambda page: png(faxed(skewed(page, 0.6), seed, fine=seed % 3 > 0)))


def two_pages(seed: int) -> Sent:
    first, one, style = _printed(seed)
    second, other, _ = _printed(seed + 5000, style.tick)
    picture = photographed(side_by_side(first, second, seed), seed, 0.015)
    return Sent(((f"照片{seed}.jpg", jpeg(resized(picture, 3200), 85)),), (one, other), style.tick)


def twice(seed: int) -> Sent:
    """Two photos of the same form, one of them spoiled on a side by a glare."""
    page, said, style = _printed(seed)
    height, width = page.shape[:2]
    glare = page.astype(np.float32)
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    away = ((x - 0.65 * width) / (0.25 * width)) ** 2 + ((y - 0.35 * height) / (0.12 * height)) ** 2
    glare = np.asarray(np.clip(glare + 255 * np.exp(-away)[:, :, None] * 1.2, 0, 255), np.uint8)
    files = (
        (f"IMG_{seed}_1.jpg", jpeg(photographed(glare, seed, 0.03), 80)),
        (f"IMG_{seed}_2.jpg", jpeg(photographed(shaded(page, seed), seed + 1, 0.03), 80)),
    )
    return Sent(files, (said,), style.tick)


_HAND_TICKS = tuple(tick for tick in TICKS if tick.startswith(("hand", "tick", "circled")))


def hand(seed: int) -> Sent:
    """Filled with a pen and scanned."""
    said, hands = filled(seed, brief=True), fonts.hands()
    rng = random.Random(seed)
    style = Style.of(seed, hand=hands[seed % len(hands)], tick=rng.choice(_HAND_TICKS[:4]))
    style.pen = rng.choice(("black", "blue"))
    page = registration(said, style)
    spoiled = noisy(skewed(page, rng.uniform(-1, 1)), 5, seed)
    if seed % 3 == 0:
        spoiled = photographed(shaded(page, seed), seed)
    return Sent(((f"手写{seed}.jpg", jpeg(spoiled, 82)),), (said,), style.tick)


def others(seed: int) -> Sent:
    """Marked as other people do it, on paper that is not clean."""
    rng = random.Random(f"others {seed}")
    said = filled(seed)
    style = Style.of(seed, tick=PENS[seed % len(PENS)])
    style.frame = rng.choice(("drawn", "drawn", *FRAMES))
    style.pen, style.thin = rng.choice(list(INKS)), rng.choice((1, 2, 2, 3))
    style.undone = rng.choice((0, 0, 0, 0.3))
    page = registration(said, style)
    options = (150, 900, page.shape[1] - 150, 1300)
    dirt = rng.choice(DIRT)
    page = dirty(page, dirt, seed, options)
    if rng.random() < 0.15:
        page = stamped(page, seed, "red", at=(rng.uniform(0.2, 0.6), rng.uniform(0.36, 0.45)))
    data = jpeg(noisy(skewed(page, rng.uniform(-1.2, 1.2)), 5, seed), 88)
    struck = " struck" if style.undone else ""
    return Sent(((f"扫描{seed}.jpg", data),), (said,), f"{style.tick} {style.frame} {style.pen} {dirt}{struck}")


def village(seed: int) -> Sent:
    """Filled by a hand that is less steady, in any ink, and marked as others do."""
    rng = random.Random(f"village {seed}")
    said, hands = filled(seed, brief=True), fonts.hands()
    style = Style.of(
        seed, hand=hands[seed % len(hands)], tick=rng.choice(("tick", "tick", "cross short", "scribble", "ring box"))
    )
    style.pen, style.jitter = rng.choice(list(INKS)), rng.uniform(0.7, 1.9)
    page = registration(said, style)
    spoiled = noisy(skewed(page, rng.uniform(-1, 1)), 5, seed)
    if seed % 3 == 0:
        spoiled = photographed(shaded(page, seed), seed)
    return Sent(
        ((f"手写{seed}.jpg", jpeg(spoiled, 82)),), (said,), f"{style.value_font} {style.pen} {style.jitter:.1f}"
    )


KINDS: dict[str, Callable[[int], Sent]] = {
    "clean": clean,
    "stamp": stamp,
    "photo": photo,
    "curve": curve,
    "screen": screen,
    "wechat": wechat,
    "fax": fax,
    "two_pages": two_pages,
    "halves": parts.halves,
    "half": parts.half_missing,
    "halves_of_two": parts.halves_of_two,
    "same_unit": parts.same_unit,
    "thrice": parts.thrice,
    "twice": twice,
    "hand": hand,
    "others": others,
    "village": village,
}
