"""What we wrote ourselves, taken out of a mail wherever it stands: every program quotes in its own way, and some without any mark.

It is recognised by its content, line by line against the letters that we sent, so edited templates make no difference. Runs in the
guarded worker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.message.body.html_text import descendants, lines_of, parse_html, text_of, tidy, to_html

LEAST_LINES, LEAST_LETTERS = 4, 60  # of a run of lines: what is shorter may be the writer's own words
ASKED = re.compile(r"^[\s>]*\d{1,3}\s*[．.、)）]")  # a numbered question of ours with its answer in the next line
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


def shown(text: str) -> str:
    root = parse_html(text) if text.lstrip()[:1] == "<" else None
    return text_of(root) if root is not None else text


def key_of(text: str) -> str:
    """Letters and digits alone: marks of quotation, blanks and broken lines differ from program to program."""
    return re.sub(r"[\W_]+", "", text)


def marks(lines: Sequence[str], ours: Sequence[str]) -> list[bool]:
    """For each line whether it is ours: it stands in a longer run of lines that all do."""
    keys = [key_of(line) for line in lines]
    known = [not key or any(key in one for one in ours) for key in keys]
    found = [False] * len(lines)
    place = 0
    while place < len(lines):
        stop = place
        while stop < len(lines) and known[stop]:
            stop += 1
        written = [number for number in range(place, stop) if keys[number]]
        if len(written) >= LEAST_LINES and sum(len(keys[number]) for number in written) >= LEAST_LETTERS:
            if stop < len(lines) and ASKED.match(lines[written[-1]]):
                stop = written[-1]
            found[place:stop] = [True] * (stop - place)
            place = stop
        place = max(stop, place) + 1
    return found


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
        parent = node.getparent()
        if node.tag in EMPTIED and parent is not None and not any(line.text for line in lines_of(node)):
            node.tail, tail = None, node.tail
            before = node.getprevious()
            parent.remove(node)
            if tail and tail.strip():
                if before is not None:
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail
    return to_html(root) if any(line.text for line in lines_of(root)) else ""
