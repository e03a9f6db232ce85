"""What we wrote ourselves, taken out of a mail wherever it stands: every program quotes in its own way, and some without any mark.

It is recognised by its content, line by line against the letters that we sent, so edited templates make no difference. Runs in the
guarded worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.message.body.history import find_history
from bot.message.body.html_text import descendants, drop, lines_of, parse_html, text_of, tidy, to_html

LEAST_LINES, LEAST_LETTERS = 4, 60  # of a run of lines: what is shorter may be the writer's own words
LEAST_KEY = 6  # letters by which a line of ours is known wherever it stands
ASKED = re.compile(r"^[\s>]*\d{1,3}\s*[．.、)）]")  # a numbered question of ours with its answer in the next line
# QUIRK(Outlook): an address in a quotation is written once more behind itself, a picture in brackets.
ADDED = re.compile(
    r"[<\[(（](?:mailto|tel|https?|cid|image|图片|inline)[:：]?[^<>\[\]()（）\n]*[>\])）]", re.IGNORECASE
)
EMPTIED = frozenset({"table", "blockquote", "tr", "tbody"})


def keys_of(sent: Sequence[str]) -> tuple[str, ...]:
    """What letters of ours (each as its plain text and as its HTML) are known by."""
    return tuple(filter(None, (key_of(shown(text)) for text in sent)))


def foreign_text(text: str, ours: Sequence[str]) -> str:
    """*text* without the lines of ours in it."""
    lines = text.split("\n")
    found = marks(lines, ours) if ours else []
    if not any(found):
        return text
    return tidy("\n".join(line for line, is_ours in zip(lines, found, strict=True) if not is_ours)).strip()


def typed_into(text: str, ours: Sequence[str]) -> str:
    """What somebody typed into our letter where *text* quotes it below a heading: each answer with the question of ours before it."""
    lines = text.split("\n")
    typed: list[str] = []
    place = 0
    while ours and (history := find_history(lines, place)):
        follower = find_history(lines, history.content)
        place = follower.start if follower else len(lines)
        quoted = [line.lstrip(" \t\u3000>|") for line in lines[history.content : place] if key_of(line)]
        keys = [key_of(line) for line in quoted]
        known = [is_known(number, quoted, keys, ours) for number in range(len(quoted))]
        certain = [number for number, key in enumerate(keys) if known[number] and len(key) >= LEAST_KEY]
        if len(certain) < LEAST_LINES or sum(len(keys[number]) for number in certain) < LEAST_LETTERS:
            continue
        end = certain[-1] + 1 + bool(ASKED.match(quoted[certain[-1]]))
        typed += [own_words(quoted[number], ours) for number in unlike(quoted, known) if certain[0] < number < end]
    return "\n".join(line for line in typed if key_of(line))


def unlike(lines: Sequence[str], known: Sequence[bool]) -> list[int]:
    """The lines that are not ours, and the questions of ours above them."""
    found = []
    for number, is_ours in enumerate(known):
        behind = number + 1
        is_answered = behind < len(known) and not known[behind] and not ASKED.match(lines[behind])
        if not is_ours or (ASKED.match(lines[number]) and is_answered):
            found.append(number)
    return found


def own_words(line: str, ours: Sequence[str]) -> str:
    """*line* without whole sentences of ours at its beginning; of a question and of a label with its value all is kept."""
    if ASKED.match(line):
        return line
    ends = (match.end() for match in re.finditer(r"[。！!？?]", line))
    cut = max((end for end in ends if any(key_of(line[:end]) in one for one in ours)), default=0)
    return line[cut:].strip()


def with_typed(told: str, typed: str) -> str:
    """The mail's own text with what was *typed* into our letter; that stands first, since a signature ends the rest."""
    if not typed:
        return told
    there = {key_of(line) for line in typed.split("\n")}
    rest = "\n".join(line for line in told.split("\n") if not key_of(line) or key_of(line) not in there)
    return f"{typed}\n\n{rest}".strip()


def shown(text: str) -> str:
    root = parse_html(text) if text.lstrip()[:1] == "<" else None
    return text_of(root) if root is not None else text


def key_of(text: str) -> str:
    """Letters and digits alone: marks of quotation, blanks and broken lines differ from program to program."""
    return re.sub(r"[\W_]+", "", ADDED.sub("", text))


def marks(lines: Sequence[str], ours: Sequence[str]) -> list[bool]:
    """For each line whether it is ours: it stands in a longer run of lines that all do, or behind one where our letter goes on."""
    keys = [key_of(line) for line in lines]
    known = [is_known(number, lines, keys, ours) for number in range(len(lines))]
    found = [False] * len(lines)
    place = 0
    while place < len(lines):
        stop = place
        while stop < len(lines) and known[stop]:
            stop += 1
        written = [number for number in range(place, stop) if keys[number]]
        if len(written) >= LEAST_LINES and sum(len(keys[number]) for number in written) >= LEAST_LETTERS:
            found[place:stop] = [True] * (stop - place)
            for number in going_on(keys, known, stop, [keys[one] for one in written], ours):
                found[number] = True
            place = stop
        place = max(stop, place) + 1
    for number in unlike(lines, found):
        found[number] = False
    return found


def is_known(number: int, lines: Sequence[str], keys: Sequence[str], ours: Sequence[str]) -> bool:
    """Whether a line stands in a letter of ours; of a short one below a question that is not certain unless it goes on with that."""
    key = keys[number]
    before = next((one for one in range(number - 1, -1, -1) if keys[one]), None)
    if key and len(key) < LEAST_KEY and before is not None and ASKED.match(lines[before]):
        key = keys[before] + key
    return not key or any(key in one for one in ours)


def going_on(
    keys: Sequence[str], known: Sequence[bool], place: int, run: Sequence[str], ours: Sequence[str]
) -> Iterator[int]:
    """The lines at or behind *place* with which the letter of the *run* before goes on, whatever stands between them."""
    letter = max(ours, key=lambda one: sum(key in one for key in run))
    at = max(letter.find(key) + len(key) for key in run)
    for number in range(place, len(keys)):
        if known[number] and len(keys[number]) >= LEAST_KEY and (begin := letter.find(keys[number], at)) >= 0:
            at = begin + len(keys[number])
            yield number


def foreign_html(html: str, ours: Sequence[str]) -> str:
    """*html* without the lines of ours in it; empty where nothing visible is left."""
    root = parse_html(html) if html and ours else None
    if root is None:
        return html
    lines = lines_of(root)
    found = marks([one.text for one in lines], ours)
    if not any(found):
        return html
    foreign = {piece for line, is_ours in zip(lines, found, strict=True) if not is_ours for piece in line.pieces}
    for element, is_tail in {piece for line in lines for piece in line.pieces} - foreign:
        if is_tail:
            element.tail = None
        else:
            element.text = None
    for node in list(descendants(root)):
        if node.tag in EMPTIED and node is not root and not any(line.text for line in lines_of(node)):
            drop(node)
    return to_html(root) if any(line.text for line in lines_of(root)) else ""
