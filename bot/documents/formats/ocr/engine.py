"""The text recogniser: the models that rapidocr brings, kept for the life of the process."""

from __future__ import annotations

import io
import itertools
import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from bot.documents.formats.ocr.images import Pixels

Floats = npt.NDArray[np.float32]
Run = Callable[[Floats], Floats]
Boxes = npt.NDArray[np.float32]  # n x 4 x 2: corners of each text line, clockwise from its top left
_LEAST = 0.3  # score below which a reading is noise
_FOUND_SIDE = 960  # pixels of the longer side where lines of text are looked for: memory grows with its square
_TEXT, _LINE = 0.3, 0.5  # of the detector's map: of a pixel, and the mean of a line
_THINNEST, _AROUND = 3, 1.6  # pixels of the map; how much is around the core of a line
_NEAR = 64  # pixels of that size: what tells whether there is text
_LINE_HIGH = 48  # pixels: as the model wants a line
_MOST_AT_ONCE = 600  # columns of pixels: bounds the memory
_NARROWEST, _WIDEST = 64, 2400
# Forms of letters that only a stroke tells from those of today's print: the model gives either.
_OLD = str.maketrans(
    "黃塡戶內吳呂淸靑眞敎卽彥強溫淨爭揷毎歩渉晩黒徳愼別決況沖涼減祿稅脫悅兌產虛値沒冊換卻尙査汚瑤遙搖宮屆",
    "黄填户内吴吕清青真教即彦强温净争插每步涉晚黑德慎别决况冲凉减禄税脱悦兑产虚值没册换却尚查污瑶遥摇宫届",
)
_LABEL = re.compile(r"[\u3400-\u9fff()（）\s]{2,12}[:：]")


class Word(Struct, frozen=True):
    """One piece of text on one line, with where each character stands (x from, x to); ``score`` is that of its most doubtful letter."""

    text: str
    score: float
    x0: float
    top: float
    x1: float
    bottom: float
    places: tuple[tuple[float, float], ...] = ()


class Reading(Struct, frozen=True):
    """What stands on a picture of one line: each character that is no blank with its ``middles``, a fraction of the picture's width, and its
    ``scores``; ``score`` is their mean."""

    text: str
    score: float
    middles: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()

    @property
    def least(self) -> float:
        """The score of its most doubtful letter or digit: one wrong letter makes another name. Those of a label before it make none."""
        label = _LABEL.match(self.text)
        start = len("".join(label[0].split())) if label and label.end() < len(self.text) else 0
        told = list(zip("".join(self.text.split()), self.scores, strict=False))[start:]
        return min((score for letter, score in told if letter.isalnum()), default=self.score)


def model_of(kind: str) -> Path:
    """The model of this kind in the package: ``det`` finds lines, ``rec`` reads them."""
    spec = find_spec("rapidocr")  # imported, it would bring much that nobody needs: 33 MB, half a second
    if spec is None or spec.origin is None:
        raise LookupError("rapidocr is not installed")
    (path,) = (Path(spec.origin).parent / "models").glob(f"*_{kind}_*.onnx")
    return path


_loaded: dict[Path, Any] = {}


def net_of(model: Path) -> Any:
    """The model in OpenCV's own runtime: onnxruntime would be 80 MB more to install. One at a time, the other gone before it comes: each keeps
    the memory that its largest input took, which is ten times what loading it takes of a page's time."""
    if model in _loaded:
        return _loaded[model]
    _loaded.clear()
    cv2.setNumThreads(int(os.environ.get("OMP_NUM_THREADS") or 0) or min(os.cpu_count() or 1, 2))
    return _loaded.setdefault(model, cv2.dnn.readNetFromONNX(str(model)))


def run_of(model: Path) -> Run:
    """What this model makes of an input."""

    def run(given: Floats) -> Floats:
        net = net_of(model)
        net.setInput(given)
        return np.asarray(net.forward())

    return run


def characters_of(model: Path) -> list[str]:
    """The characters that *model* tells apart, as its file names them: ``metadata_props`` (14) of the ModelProto in onnx.proto."""
    with model.open("rb") as file:
        for number, length in _fields(file):
            if number == 14:
                entry = io.BytesIO(file.read(length))
                key, value = (entry.read(size) for _, size in _fields(entry))
                if key == b"character":
                    return value.decode().splitlines()
    raise LookupError(f"{model.name} names no characters")


def _fields(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Number and length of each field of a protobuf message that is no number; *file* stands at its value, which need not be read."""
    while tag := _varint(file):
        value = _varint(file)
        if tag & 7 == 2:
            end = file.tell() + value
            yield tag >> 3, value
            file.seek(end)


def _varint(file: BinaryIO) -> int:
    """0 at the end of the file."""
    value = shift = 0
    while byte := file.read(1):
        value |= (byte[0] & 127) << shift
        shift += 7
        if byte[0] < 128:
            break
    return value


@cache
def detector() -> Run:
    return run_of(model_of("det"))


@cache
def recogniser() -> tuple[Run, list[str]]:
    """The model and its characters; the first stands for none."""
    model = model_of("rec")
    return run_of(model), ["", *(one.translate(_OLD) for one in characters_of(model)), " "]


def find_lines(page: Pixels) -> Boxes:
    """Corners of the text lines on *page* (grey or RGB), unread, from top to bottom."""
    scale = min(_FOUND_SIDE / max(page.shape[:2]), 1.0)
    high, wide = (max(round(side * scale / 32), 1) * 32 for side in page.shape[:2])
    small = _three(cv2.resize(page, (wide, high), interpolation=cv2.INTER_AREA))
    boxes = _boxes_of(_map_of(small), page.shape[1] / wide, page.shape[0] / high)
    ordered = sorted(boxes, key=lambda box: (float(box[0][1]), float(box[0][0])))
    return np.asarray(ordered, np.float32).reshape(-1, 4, 2)


def _map_of(page: Pixels) -> Floats:
    """How much each pixel of *page* looks like text: of one half after the other, each with what is near it, since memory grows with what is
    looked at at once."""
    run, high = detector(), page.shape[0]
    half = -(-high // 64) * 32
    maps = []
    for start, end in ((0, half), (half, high)) if high > 4 * _NEAR else ((0, high),):
        first, last = max(start - _NEAR, 0), min(end + _NEAR, high)
        found = run(page[first:last].astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1)
        maps.append(found[0, 0, start - first : end - first])
    return np.concatenate(maps)


def _boxes_of(found: Floats, wider: float, higher: float) -> list[Boxes]:
    """Corners of what looks like text on a map, as the model was taught: it marks the core of each line. *wider*, *higher*: the page than its map."""
    core = cv2.dilate((found > _TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    limits = np.asarray([found.shape[1] * wider, found.shape[0] * higher])
    boxes = []
    for contour in cv2.findContours(core, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
        middle, (wide, high), angle = cv2.minAreaRect(contour)
        if min(wide, high) < _THINNEST or _mean_within(found, cv2.boxPoints((middle, (wide, high), angle))) < _LINE:
            continue
        around = 2 * _AROUND * wide * high / (2 * (wide + high))
        corners = cv2.boxPoints((middle, (wide + around, high + around), angle)) * (wider, higher)
        box = _clockwise(np.clip(np.round(corners), 0, limits - 1))
        if min(np.hypot(*(box[1] - box[0])), np.hypot(*(box[3] - box[0]))) >= 4:
            boxes.append(box)
    return boxes


def _mean_within(found: Floats, corners: Pixels) -> float:
    first = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
    last = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = found[first[1] : last[1], first[0] : last[0]]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - first).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])


def _clockwise(corners: Pixels) -> Boxes:
    """From the top left one."""
    left, right = (side[np.argsort(side[:, 1])] for side in np.split(corners[np.argsort(corners[:, 0])], 2))
    return np.asarray((left[0], right[0], right[1], left[1]), np.float32)


def read_lines(crops: Sequence[Pixels]) -> list[Reading]:
    """What stands on each picture of a single line."""
    out = [Reading("", 0.0)] * len(crops)
    widths = [
        min(max(round(crop.shape[1] * _LINE_HIGH / crop.shape[0]), _NARROWEST), _WIDEST) if crop.size else 0
        for crop in crops
    ]
    batch: list[int] = []
    for i in sorted(range(len(crops)), key=widths.__getitem__):
        if batch and widths[i] * (len(batch) + 1) > _MOST_AT_ONCE:
            _read_batch(crops, widths, batch, out)
            batch = []
        if widths[i]:
            batch.append(i)
    if batch:
        _read_batch(crops, widths, batch, out)
    return out


def _read_batch(crops: Sequence[Pixels], widths: Sequence[int], batch: Sequence[int], out: list[Reading]) -> None:
    run, characters = recogniser()
    widest = max(widths[i] for i in batch)
    given = np.zeros((len(batch), 3, _LINE_HIGH, widest), np.float32)
    for row, i in enumerate(batch):
        line = cv2.resize(_three(crops[i]), (widths[i], _LINE_HIGH)).astype(np.float32)
        given[row, :, :, : widths[i]] = line.transpose(2, 0, 1) / 127.5 - 1
    found = run(given)
    best, scores = found.argmax(axis=2), found.max(axis=2)
    for row, i in enumerate(batch):
        out[i] = _decoded(best[row], scores[row], characters, widest / widths[i])


def _decoded(
    best: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], characters: Sequence[str], wide: float
) -> Reading:
    """Runs of one character are one character (CTC); *wide*: by how much the row is wider than its line."""
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts[1:], len(best))
    text, middles, sure = "", [], []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        letter = characters[best[start]]
        text += letter
        if letter.strip():
            middles.append((start + end) / 2 / len(best) * wide)
            sure.append(float(scores[start:end].max()))
    return Reading(text, sum(sure) / len(sure) if sure else 0.0, tuple(middles), tuple(sure))


def read_words(page: Pixels) -> list[Word]:
    """All text of *page*, upright, with places of the characters."""
    boxes = find_lines(page)
    crops = [cut_out(page, box) for box in boxes]
    words = []
    for box, reading in zip(boxes, read_lines(crops), strict=True):
        if reading.score >= _LEAST and reading.text.strip():
            (x0, y0), (x1, y1), (x2, y2), (x3, y3) = box.tolist()
            left, right = (x0 + x3) / 2, (x1 + x2) / 2
            top, bottom = (y0 + y1) / 2, (y2 + y3) / 2
            places = places_of(reading, left, right, bottom - top)
            words.append(Word(reading.text, reading.least, left, top, right, bottom, places))
    return words


def places_of(reading: Reading, left: float, right: float, high: float) -> tuple[tuple[float, float], ...]:
    """From the middle of each character to where it begins and ends: half-way to its neighbours, but no wider than such letters are."""
    letters = "".join(reading.text.split())
    at = [left + middle * (right - left) for middle in reading.middles]
    gaps = [b - a for a, b in itertools.pairwise(at)] or [high]
    found = []
    for i, (letter, middle) in enumerate(zip(letters, at, strict=False)):
        widest = (0.6 if letter.isascii() else 0.95) * high
        before, after = min(gaps[max(i - 1, 0)], widest), min(gaps[min(i, len(gaps) - 1)], widest)
        found.append((middle - before / 2, middle + after / 2))
    return tuple(found)


def cut_out(page: Pixels, box: npt.NDArray[np.float32]) -> Pixels:
    """The line within the corners *box*, lying; nothing (of no size) where it is too small to be one."""
    wide = int(max(np.hypot(*(box[1] - box[0])), np.hypot(*(box[2] - box[3]))))
    high = int(max(np.hypot(*(box[3] - box[0])), np.hypot(*(box[2] - box[1]))))
    if wide < 6 or high < 6:
        return np.zeros((0, 0), np.uint8)
    target = np.asarray([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(box.astype(np.float32), target)
    cut = cv2.warpPerspective(page, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.rot90(cut) if high >= 1.5 * wide else cut, np.uint8)


def _three(page: Pixels) -> Pixels:
    return np.ascontiguousarray(np.repeat(page[:, :, None], 3, axis=2) if page.ndim == 2 else page[:, :, ::-1])
