"""The recogniser's words looked at once more: read twice where a slip would go unseen, doubted where a stamp hides print."""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np

from bot.base.replacing import replace
from bot.documents.formats.ocr.engine import Reading, Word, places_of, read_lines
from bot.documents.formats.ocr.images import Pixels
from bot.documents.page.grid import Box

_UNSURE = 0.85  # lines of which some letter was read with less are read once more, larger
_ALMOST = 0.95  # clean print is read with more; words that are read twice with less may be others: «字校» for «学校»
_TWICE = 0.84  # confidence of such a word: its value is asked for, ticks and long texts are not
_ASIDE = 0.15  # of the line's height: what is read beside a line when it is read again
_MOST_REREAD = 16
_BY_HAND = 3  # so many of them: the page is hard to read, and a lost digit is likely
_MUCH = 0.05  # of all lines: more than on a page that is printed
_SURE_BY_HAND = 0.92  # on such a page a letter that was read with less is often another one that looks alike
_BY_HAND_DOUBTED = 0.4  # confidence of such a word: whatever was written is asked for, ticks beside print are not
DOUBTED = 0.3  # confidence of a word of which some character is uncertain
# Numbers and addresses: no dictionary helps the recogniser, and one wrong letter is somebody else's.
_IDENTIFIER = re.compile(r"[A-Za-z0-9._+@-]{5,}")
_TAKEN_FOR = re.compile(r"[A-Za-z][012569][\w.]*@")  # by hand «zhang84» may be read «zhan984»
# «1jsfj@» for «ljsfj@»: a sign that looks like one of the other kind, among those of the other kind.
_LOOKS_LIKE = re.compile(
    r"(?:(?<!\d)1(?=[A-Za-z_])|(?<=[A-Za-z])0(?=[A-Za-z])|(?<=\d)[lIOo](?=[\d@]))[\w.\-]*@|(?<=\d)[lIOo]@"
    r"|@[\w.\-]*(?:(?<!\d)1(?=[A-Za-z_])|(?<=[A-Za-z])0(?=[A-Za-z]))"
)
_WIDE, _DIGIT = (
    0.75,
    0.5,
)  # of the line's height: what is wider than one digit, and how wide each of several is that touch
_COVERED = 0.3  # part of a letter's square under the stamp
_SHOWS = 0.025  # part of the covered area that is inked, at least, where print shows through
_UNREAD = 0.25  # of the line's height: as much ink without a letter is a letter
_BESIDE = 0.35  # the same: what stands so near to a line belongs to it
_LETTER = 0.25  # the same: smaller ink is a speck
_CHINESE = re.compile("[\u4e00-\u9fff]")
_STEPS = 3  # from letter to letter, to tell how large they are
_OWN, _LEFT_OUT = 0.6, (1.6, 2.6)  # of such a step: what a letter takes to each side; from one to the next but one
_ONE = 1.35  # the same: what is wider is more than one letter
_MIDDLE, _STROKE, _ALONG = (0.3, 0.68), 1.3, 0.7  # the same, and of a word's length: a line through it
_BLANK = 1.0  # of the line's height: a blank this wide parts two texts


def read_again(words: Sequence[Word], grey: Pixels) -> list[Word]:
    """*words* with a second reading, enlarged: of those that were read without certainty the surer one counts; numbers and
    addresses that read differently are doubted.
    """
    out = list(words)
    doubtful = [i for i, word in enumerate(out) if word.score < _UNSURE][:_MOST_REREAD]
    of = numbers if len(doubtful) >= _BY_HAND else identifiers
    almost = [i for i, word in enumerate(out) if _UNSURE <= word.score < _ALMOST][:_MOST_REREAD]
    exact = [i for i, word in enumerate(out) if i not in doubtful + almost and of(word.text)][: 2 * _MOST_REREAD]
    for i in (*doubtful, *almost, *exact):
        word = out[i]
        crop = line_of(grey, word)
        if crop is None:
            continue
        (again,) = read_lines([crop])
        text, score = again.text, again.least
        better = i in doubtful and score > word.score and len(text) >= len(word.text) - 1
        first, second = of(word.text), of(text)
        if better:
            high = word.bottom - word.top
            places = places_of(again, word.x0 - _ASIDE * high, word.x1 + _ASIDE * high, high)
            out[i] = replace(word, text=text, score=score, places=places)
        if i in almost and score < _ALMOST and not first:
            out[i] = replace(out[i], score=min(out[i].score, _TWICE))
        if (first or second) and first != second:
            out[i] = replace(out[i], score=min(out[i].score, DOUBTED))
    if len(doubtful) >= _BY_HAND:
        out = [replace(word, score=min(word.score, DOUBTED)) if _TAKEN_FOR.search(word.text) else word for word in out]
    out = [replace(word, score=min(word.score, DOUBTED)) if _LOOKS_LIKE.search(word.text) else word for word in out]
    if len(doubtful) >= max(_BY_HAND, _MUCH * len(words)):
        least = [min(word.score, first.score) for word, first in zip(out, words, strict=True)]
        out = [
            replace(word, score=min(word.score, _BY_HAND_DOUBTED)) if score < _SURE_BY_HAND else word
            for word, score in zip(out, least, strict=True)
        ]
    return out


def numbers(text: str) -> list[str]:
    """All numbers in *text*, and the addresses: those of a page that somebody filled by hand."""
    return [*identifiers(text), *re.findall(r"\d+", text.replace(" ", ""))]


def identifiers(text: str) -> list[str]:
    """Longer numbers and addresses in *text*, without the blanks that the recogniser sees now and then."""
    found = (m.group().strip(".-") for m in _IDENTIFIER.finditer(text.replace(" ", "")))
    return [one for one in found if re.search(r"[@._]", one) or sum(c.isdigit() for c in one) >= 5]


def line_of(grey: Pixels, word: Word, aside: float = _ASIDE) -> Pixels | None:
    """The line of *word*, twice as large; *aside*: of its height, what is seen beside it. None where it is too small."""
    high = word.bottom - word.top
    x0, x1 = max(int(word.x0 - aside * high), 0), int(word.x1 + aside * high)
    y0, y1 = max(int(word.top - 0.12 * high), 0), int(word.bottom + 0.12 * high)
    crop = grey[y0:y1, x0:x1]
    if min(crop.shape) < 6:
        return None
    return np.asarray(cv2.resize(crop, None, fx=2.0, fy=2.0, interpolation=cv2.INTER_CUBIC), np.uint8)


def doubt_hidden(words: Sequence[Word], stamp: Pixels, dark: Pixels) -> list[Word]:
    """*words* of which a letter may lie under thick stamp ink are doubted.

    *stamp* is true where stamp ink was taken away, *dark* where print was seen through it. The recogniser closes such a gap
    without a doubt: «第一医院» with its third letter under the ring reads «第一院».
    """
    squares = {i: _squares(word, stamp, dark, 0.0) for i, word in enumerate(words)}
    shares = [share for found in squares.values() for share in found]
    if not shares:
        return list(words)
    opaque = float(np.median(shares)) < _SHOWS  # then a letter may be gone beside a word as well
    out = []
    for i, word in enumerate(words):
        found = _squares(word, stamp, dark, 0.7) if opaque else squares[i]
        hidden = any(share < _SHOWS for share in found)
        out.append(replace(word, score=min(word.score, DOUBTED)) if hidden else word)
    return out


def _squares(word: Word, stamp: Pixels, dark: Pixels, beyond: float) -> list[float]:
    """Of each square of the line's height that the stamp covers: the share of print in what is covered. Around a colon, paper is white."""
    high = max(int(word.bottom - word.top), 4)
    top, bottom = max(int(word.top), 0), int(word.bottom)
    left, right = int(word.x0 - beyond * high), int(word.x1 + beyond * high)
    signs = [sum(at) / 2 for at, c in zip(word.places, "".join(word.text.split()), strict=False) if not c.isalnum()]
    found = []
    for x in range(max(left, 0), max(right - high, left + 1), max(high // 4, 1)):
        if any(abs(x + high / 2 - at) <= high / 2 for at in signs):
            continue
        covered = stamp[top:bottom, x : x + high]
        if covered.size and float(covered.mean()) >= _COVERED:
            shown = float(np.count_nonzero(dark[top:bottom, x : x + high]))
            found.append(shown / (shown + float(np.count_nonzero(covered))))
    return found


def blanks_in(word: Word, ink: Pixels) -> list[tuple[float, float]]:
    """Stretches (x from, to) without ink between the letters of *word* that part two texts; *ink* is without ruling lines."""
    shrink = 0.15 * (word.bottom - word.top)
    rows = ink[max(int(word.top + shrink), 0) : int(word.bottom - shrink), max(int(word.x0), 0) : int(word.x1)]
    if not rows.size:
        return []
    inked = np.flatnonzero((rows > 0).any(axis=0))
    if inked.size < 2:
        return []
    wide = np.flatnonzero(np.diff(inked) > _BLANK * (word.bottom - word.top))
    start = max(int(word.x0), 0)
    return [(float(start + inked[i]), float(start + inked[i + 1])) for i in wide]


def read_missed(
    words: Sequence[Word], ink: Pixels, grey: Pixels, cells: Sequence[Box]
) -> tuple[list[Word], list[tuple[float, float]]]:
    """*words* and those of lines in *cells* that were not found to be text, as a last letter alone on its line; and where ink stands that no word
    covers and that was not read either. *ink* is without ruling lines and tick boxes."""
    high = float(np.median([word.bottom - word.top for word in words] or [0.0]))
    found, unread = list(words), []
    for box in _missed(words, ink, cells, high) if high >= 8 else ():
        place = Word("", 0.0, box.x0, box.top, box.x1, box.bottom)
        crop = line_of(grey, place)
        (again,) = read_lines([crop]) if crop is not None else (Reading("", 0.0),)
        if again.least < _UNSURE or len(again.text.strip()) < 2:  # a single letter may be a speck
            unread.append(((box.x0 + box.x1) / 2, (box.top + box.bottom) / 2))
        else:
            tall = box.bottom - box.top
            places = places_of(again, box.x0 - _ASIDE * tall, box.x1 + _ASIDE * tall, tall)
            found.append(replace(place, text=again.text, score=again.least, places=places))
    return found, unread


def _missed(words: Sequence[Word], ink: Pixels, cells: Sequence[Box], high: float) -> list[Box]:
    """Where ink as large as letters of this height stands within one of *cells* and no word does."""
    left = ink.copy()
    for word in words:
        aside = _BESIDE * (word.bottom - word.top)
        left[max(int(word.top), 0) : int(word.bottom) + 1, max(int(word.x0 - aside), 0) : int(word.x1 + aside)] = 0
    labels, stats = cv2.connectedComponentsWithStats(left)[1:3]
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    is_letter = (np.maximum(wide, tall) > _LETTER * high) & (np.minimum(wide, tall) > 2) & (tall < 1.2 * high)
    is_letter[0] = False
    lines = cv2.dilate((is_letter[labels]).astype(np.uint8), np.ones((1, max(int(high) | 1, 3)), np.uint8))
    found = []
    for x, y, w, h, _ in cv2.connectedComponentsWithStats(lines)[2][1:].tolist():
        box = Box(x + high / 2, float(y), x + w - high / 2, float(y + h))
        within = any(c.x0 < box.x0 and box.x1 < c.x1 and c.top < box.top and box.bottom < c.bottom for c in cells)
        if within and _LETTER * high < h < 1.5 * high:
            found.append(box)
    return found[:_MOST_REREAD]


def doubt_struck(words: Sequence[Word], ink: Pixels) -> list[Word]:
    """*words* through which a line is drawn are doubted: what was struck out is read as well as what was not."""
    return [replace(word, score=min(word.score, DOUBTED)) if _is_struck(word, ink) else word for word in words]


def _is_struck(word: Word, ink: Pixels) -> bool:
    """A stroke longer than any of a letter, on their middle, along most of the word."""
    high = word.bottom - word.top
    top, bottom = (max(int(word.top + part * high), 0) for part in _MIDDLE)
    part = ink[top:bottom, max(int(word.x0), 0) : max(int(word.x1), 0)]
    if part.shape[1] < 2 * high or part.shape[0] < 3:
        return False
    thick = cv2.dilate(part, np.ones((3, 1), np.uint8))
    line = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, int(_STROKE * high) | 1), np.uint8))
    return float((line > 0).any(axis=0).mean()) > _ALONG


def doubt_unread(words: Sequence[Word], ink: Pixels) -> list[Word]:
    """*words* in which ink stands where no letter was read are doubted: of «300人» by hand the recogniser may see «3人». *ink* is without
    ruling lines and tick boxes."""
    return [replace(word, score=min(word.score, DOUBTED)) if _is_partly_unread(word, ink) else word for word in words]


def _is_partly_unread(word: Word, ink: Pixels) -> bool:
    high = word.bottom - word.top
    if _has_more_digits(word, ink) or _has_more_letters(word, ink):
        return True
    top, bottom, left = max(int(word.top + 0.2 * high), 0), int(word.bottom - 0.2 * high), max(int(word.x0), 0)
    inked = np.asarray((ink[top:bottom, left : max(int(word.x1), left)] > 0).any(axis=0))
    for x0, x1 in word.places:
        inked[max(int(x0 - 0.15 * high) - left, 0) : max(int(x1 + 0.15 * high) - left, 0)] = False
    edges = np.flatnonzero(np.diff(inked.astype(np.int8), prepend=0, append=0))
    return bool(word.places) and int((edges[1::2] - edges[::2]).max(initial=0)) > _UNREAD * high


def _has_more_digits(word: Word, ink: Pixels) -> bool:
    """Whether some number of *word* has fewer digits than strokes that stand apart: of «120人» the recogniser may see «12人»."""
    letters, high = word.text.replace(" ", ""), word.bottom - word.top
    if len(letters) != len(word.places):
        return False
    middles = [(x0 + x1) / 2 for x0, x1 in word.places]
    strokes = _digits_like(word, ink)
    for found in re.finditer(r"\d+", letters):
        start, end = found.span()
        left = middles[start - 1] + _half(letters[start - 1]) * high if start else word.x0
        right = middles[end] - _half(letters[end]) * high if end < len(letters) else word.x1
        # A stroke may run on into the letters beside the number: «年8月» that touch are one digit.
        if sum(_digits_in(x0, x1, left, right, high) for x0, x1 in strokes) > end - start:
            return True
    return False


def _has_more_letters(word: Word, ink: Pixels) -> bool:
    """Whether ink stands where *word*, print in equal steps, leaves out a letter: of «护水小卫士» the recogniser may see «水小卫士»."""
    letters = word.text.replace(" ", "")
    middles = [(x0 + x1) / 2 for x0, x1 in word.places]
    if len(letters) != len(middles):
        return False
    is_chinese = [bool(_CHINESE.match(letter)) for letter in letters]
    pairs = [
        both
        for *both, one, other in zip(middles, middles[1:], is_chinese, is_chinese[1:], strict=False)
        if one and other
    ]
    if len(pairs) < _STEPS:
        return False
    step = float(np.median([after - before for before, after in pairs]))
    gaps = [both for both in pairs if _LEFT_OUT[0] < (both[1] - both[0]) / step < _LEFT_OUT[1]]
    gaps += [[word.x0 - _OWN * step, middles[0]]] if is_chinese[0] else []
    gaps += [[middles[-1], word.x1 + _OWN * step]] if is_chinese[-1] else []
    strokes = _digits_like(word, ink)
    spans = [(before + _OWN * step, after - _OWN * step) for before, after in gaps]
    return any(
        # The recogniser's places are inexact: a stroke no wider than a letter is that letter's if its middle is.
        sum(
            max(min(x1, end) - max(x0, start), 0)
            for x0, x1 in strokes
            if x1 - x0 > _ONE * step or start < (x0 + x1) / 2 < end
        )
        > _UNREAD * step
        for start, end in spans
    )


def _half(letter: str) -> float:
    """Half of what a letter takes, of the line's height."""
    return 0.2 if letter.isascii() else 0.35  # a digit may stand close to it


def _digits_in(x0: float, x1: float, left: float, right: float, high: float) -> int:
    """How many digits a stroke may be, of those between *left* and *right*: several where it is wide, since they may touch."""
    if not left < (x0 + x1) / 2 < right:
        return 0
    return 1 if x1 - x0 < _WIDE * high else max(round((min(x1, right) - max(x0, left)) / (_DIGIT * high)), 1)


def _digits_like(word: Word, ink: Pixels) -> list[tuple[float, float]]:
    """Where all strokes in *word* that stand apart from others and are as high as digits begin and end."""
    high = word.bottom - word.top
    left = max(int(word.x0 - _ASIDE * high), 0)
    part = (
        ink[max(int(word.top + 0.1 * high), 0) : int(word.bottom - 0.1 * high), left : int(word.x1 + _ASIDE * high)] > 0
    )
    edges = np.flatnonzero(np.diff(part.any(axis=0).astype(np.int8), prepend=0, append=0))
    found = []
    for x0, x1 in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        rows = np.flatnonzero(part[:, x0:x1].any(axis=1))
        if rows[-1] - rows[0] > 0.35 * high:
            found.append((left + float(x0), left + float(x1)))
    return found
