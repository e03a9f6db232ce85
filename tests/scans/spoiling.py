"""What happens to a sheet on its way: stamps, scanners, cameras, screens, messengers, fax."""

from __future__ import annotations

import io

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from tests.scans import fonts

Page = npt.NDArray[np.uint8]
STAMPS = {"red": (214, 40, 48), "dark red": (160, 30, 50), "blue": (40, 70, 180), "purple": (120, 50, 150)}


def stamped(page: Page, seed: int, colour: str = "", shape: str = "", at: tuple[float, float] | None = None) -> Page:
    """A stamp of an office, let through by the print under it as ink does; *shape*: round, oval, square (a name seal), flat («收文»)."""
    rng = np.random.default_rng(seed)
    colour = colour or str(rng.choice(list(STAMPS)))
    shape = shape or str(rng.choice(("round", "round", "oval", "square")))
    height, width = page.shape[:2]
    wide = int({"round": 0.21, "oval": 0.24, "square": 0.1, "flat": 0.2}[shape] * width)
    high = int(wide * {"oval": 0.66, "flat": 0.4}.get(shape, 1))
    left, top = at or (float(rng.uniform(0.1, 0.7)), float(rng.uniform(0.08, 0.55)))
    ink = STAMPS[colour]
    layer = Image.new("RGB", (wide + 20, high + 20), "white")
    draw = ImageDraw.Draw(layer)
    line = max(wide // 28, 4)
    if shape == "square":
        draw.rectangle((10, 10, 10 + wide, 10 + high), outline=ink, width=line)
        face = fonts.printed("serif bold", int(wide * 0.42))
        for k, letter in enumerate("建新陈印"):
            spot = (10 + wide * (0.27 + 0.46 * (k % 2)), 10 + high * (0.27 + 0.46 * (k // 2)))
            draw.text(spot, letter, fill=ink, font=face, anchor="mm")
    elif shape == "flat":
        draw.rectangle((10, 10, 10 + wide, 10 + high), outline=ink, width=line)
        face = fonts.printed("sans", wide // 10)
        for k, words in enumerate(("收文章", "2023年8月28日")):
            draw.text((10 + wide / 2, 10 + high * (0.3 + 0.4 * k)), words, fill=ink, font=face, anchor="mm")
    else:
        draw.ellipse((10, 10, 10 + wide, 10 + high), outline=ink, width=line)
        middle = (10 + wide / 2, 10 + high / 2)
        points = [
            (middle[0] + wide * r * np.sin(np.pi * k / 5), middle[1] - wide * r * np.cos(np.pi * k / 5))
            for k, r in zip(range(10), [0.16, 0.065] * 5, strict=True)
        ]
        draw.polygon(points, fill=ink)
        face = fonts.printed("serif bold", wide // 10)
        words = "晋江市科学技术协会"
        for k, letter in enumerate(words):
            angle = np.pi * (1.15 + 0.7 * k / (len(words) - 1) * 1.0) + 0.0
            spot = (middle[0] + wide * 0.39 * np.cos(angle), middle[1] + high * 0.39 * np.sin(angle))
            draw.text(spot, letter, fill=ink, font=face, anchor="mm")
    turned = layer.rotate(float(rng.uniform(-15, 15)), fillcolor="white", resample=Image.Resampling.BICUBIC)
    pale = np.asarray(turned, np.float32) / 255
    pale = 1 - (1 - pale) * float(rng.uniform(0.65, 1.0))
    # An ink pad wets unevenly.
    wet = cv2.resize(rng.uniform(0.75, 1.0, (8, 8)).astype(np.float32), (pale.shape[1], pale.shape[0]))
    pale = 1 - (1 - pale) * wet[:, :, None]
    whole = np.ones(page.shape, np.float32)
    y, x = int(top * height), int(left * width)
    part = pale[: height - y, : width - x]
    whole[y : y + part.shape[0], x : x + part.shape[1]] = part
    return np.asarray(page * whole, np.uint8)


def resized(page: Page, longest: int) -> Page:
    scale = longest / max(page.shape[:2])
    size = (round(page.shape[1] * scale), round(page.shape[0] * scale))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)


def noisy(page: Page, strength: float, seed: int) -> Page:
    rng = np.random.default_rng(seed)
    return np.asarray(np.clip(page + rng.normal(0, strength, page.shape).astype(np.float32), 0, 255), np.uint8)


def skewed(page: Page, degrees: float) -> Page:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    return np.asarray(turned, np.uint8)


def curved(page: Page, seed: int, strength: float = 0.012) -> Page:
    """As a sheet lies that was folded or comes from a book: lines bend up and down, and close up at one side."""
    rng = np.random.default_rng(seed)
    height, width = page.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    sign = float(rng.choice((-1, 1)))
    bend = np.sin(np.pi * x / width * float(rng.uniform(0.8, 1.2)) + float(rng.uniform(-0.3, 0.3)))
    roll = np.sin(np.pi * y / height)
    # The fold weighs differently above and below.
    weight = 0.6 + 0.8 * y / height
    moved = cv2.remap(
        page,
        x + sign * 0.5 * strength * width * roll,
        y + sign * strength * height * bend * weight,
        cv2.INTER_CUBIC,
        borderValue=(255, 255, 255),
    )
    return np.asarray(moved, np.uint8)


def shaded(page: Page, seed: int) -> Page:
    """Warm light from a side, and the shadow of a hand or telephone with a soft edge."""
    rng = np.random.default_rng(seed)
    height, width = page.shape[:2]
    x, y = np.meshgrid(np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32))
    angle = float(rng.uniform(0, 2 * np.pi))
    along = np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5)
    light = 0.86 - float(rng.uniform(0.1, 0.35)) * along
    edge = float(rng.uniform(-0.25, 0.35))
    across = np.cos(angle + 1.1) * (x - 0.5) + np.sin(angle + 1.1) * (y - 0.5)
    shadow = 1 - float(rng.uniform(0.25, 0.5)) / (1 + np.exp(-(across - edge) / float(rng.uniform(0.01, 0.05))))
    warm = np.asarray([1.0, 0.97, float(rng.uniform(0.82, 0.95))], np.float32)
    return np.asarray(np.clip(page * (light * shadow)[:, :, None] * warm, 0, 255), np.uint8)


def photographed(page: Page, seed: int, tilt: float = 0.05) -> Page:
    """From a corner, on a table."""
    rng = np.random.default_rng(seed)
    height, width = page.shape[:2]
    margin = int(0.08 * width)
    wide, high = width + 2 * margin, height + 2 * margin
    corners = np.asarray([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = rng.uniform(-tilt, tilt, (4, 2)).astype(np.float32) * width
    matrix = cv2.getPerspectiveTransform(corners, corners + margin + shift)
    table = np.full((high, wide, 3), rng.integers(40, 110, 3), np.uint8)
    grain = np.asarray(cv2.resize(rng.normal(0, 8, (high // 40, wide // 4)).astype(np.float32), (wide, high)))
    table = np.clip(table + grain[:, :, None], 0, 255)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (wide, high))
    sheet = cv2.warpPerspective(page, matrix, (wide, high), flags=cv2.INTER_CUBIC)
    out = np.where(mask[:, :, None] > 127, sheet, table)
    return np.asarray(cv2.GaussianBlur(np.asarray(out, np.uint8), (3, 3), 0.6), np.uint8)


def from_screen(page: Page, seed: int) -> Page:
    """A picture of a screen: its dots of red, green and blue beat with those of the camera."""
    rng = np.random.default_rng(seed)
    shown = resized(page, int(rng.uniform(1250, 1500)))
    dots = np.repeat(np.repeat(shown, 3, axis=0), 3, axis=1).astype(np.float32)
    mask = np.full((3, 3, 3), 0.55, np.float32)
    for k in range(3):
        mask[:, k, k] = 1.0
    mask[2] *= 0.75
    dots *= np.tile(mask, (shown.shape[0], shown.shape[1], 1))
    height, width = dots.shape[:2]
    size = 2200 / height
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-2.5, 2.5)), size)
    wide, high = int(width * size * 1.05), int(height * size * 1.05)
    matrix[0, 2] += wide / 2 - width / 2
    matrix[1, 2] += high / 2 - height / 2
    seen = cv2.warpAffine(dots, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderValue=(35, 35, 40))
    seen = cv2.GaussianBlur(seen, (3, 3), 0.7) * 1.25
    return noisy(np.asarray(np.clip(seen, 0, 255), np.uint8), 4, seed)


def faxed(page: Page, seed: int, *, fine: bool = True) -> Page:
    """Black and white, 204 dots an inch across and 196 (98) down, with specks."""
    rng = np.random.default_rng(seed)
    width = 1728
    height = round(page.shape[0] * width / page.shape[1])
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (width, height if fine else height // 2), interpolation=cv2.INTER_AREA)
    black = np.where(small + rng.normal(0, 12, small.shape) > 165, 255, 0).astype(np.uint8)
    specks = rng.random(black.shape)
    black[specks < 0.0006] = 0
    black[specks > 0.9994] = 255
    back = cv2.resize(black, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.cvtColor(back, cv2.COLOR_GRAY2RGB), np.uint8)


def jpeg(page: Page, quality: int = 80) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def png(page: Page) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def side_by_side(left: Page, right: Page, seed: int) -> Page:
    """Two sheets on a table in one picture, the right one a little lower."""
    rng = np.random.default_rng(seed)
    height, width = left.shape[:2]
    gap = int(rng.uniform(0.01, 0.06) * width)
    out = np.full((height + 120, 2 * width + gap + 120, 3), rng.integers(60, 120, 3), np.uint8)
    down = int(rng.integers(0, 60))
    out[40 : 40 + height, 50 : 50 + width] = left
    out[40 + down : 40 + down + height, 50 + width + gap : 50 + 2 * width + gap] = right
    return out
