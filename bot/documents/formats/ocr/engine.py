"""The text recogniser: rapidocr with its models from the package, kept for the life of the process."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.documents.formats.ocr.images import Pixels

Boxes = npt.NDArray[np.float32]  # n x 4 x 2: corners of each text line, clockwise from its top left
_LEAST = 0.3  # score below which a reading is noise


@dataclass(frozen=True, slots=True)
class Word:
    """One piece of text on one line, with where each character stands (x from, x to)."""

    text: str
    score: float
    x0: float
    top: float
    x1: float
    bottom: float
    places: tuple[tuple[float, float], ...] = ()


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    threads = int(os.environ.get("OMP_NUM_THREADS") or 0) or min(os.cpu_count() or 1, 2)
    return RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "Global.text_score": _LEAST,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def is_there() -> bool:
    """Whether recogniser and models are installed; loads nothing."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def find_lines(page: Pixels) -> Boxes:
    """Corners of the text lines on *page* (grey or RGB), unread."""
    found = _engine()(_three(page), use_det=True, use_cls=False, use_rec=False)
    boxes = found.boxes if found is not None else None
    return np.zeros((0, 4, 2), np.float32) if boxes is None else np.asarray(boxes, np.float32)


def read_lines(crops: Sequence[Pixels]) -> list[tuple[str, float]]:
    """Text and score of each picture of a single line."""
    out: list[tuple[str, float]] = []
    for crop in crops:
        found = _engine()(_three(crop), use_det=False, use_cls=False, use_rec=True)
        texts: Sequence[str] = getattr(found, "txts", None) or ()
        scores: Sequence[float] = getattr(found, "scores", None) or ()
        out.append((str(texts[0]), float(scores[0])) if texts else ("", 0.0))
    return out


def read_words(page: Pixels) -> list[Word]:
    """All text of *page*, upright, with places of the characters."""
    found = _engine()(
        _three(page), use_det=True, use_cls=False, use_rec=True, return_word_box=True, return_single_char_box=True
    )
    if found is None or found.boxes is None or not found.txts:
        return []
    words = []
    singles = found.word_results or [()] * len(found.txts)
    for box, text, score, single in zip(found.boxes, found.txts, found.scores, singles, strict=False):
        xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
        left, right = (xs[0] + xs[3]) / 2, (xs[1] + xs[2]) / 2
        places = tuple((float(c[2][0][0]), float(c[2][1][0])) for c in single if c[0].strip())
        if len(places) != len(str(text).replace(" ", "").replace("\u3000", "")):
            places = ()
        words.append(Word(str(text), float(score), left, (ys[0] + ys[1]) / 2, right, (ys[2] + ys[3]) / 2, places))
    return words


def _three(page: Pixels) -> Pixels:
    return np.ascontiguousarray(np.repeat(page[:, :, None], 3, axis=2) if page.ndim == 2 else page[:, :, ::-1])
