"""Plain text and separated values: lines as paragraphs, runs of separated lines as tables."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePosixPath

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.errors import TooLarge
from bot.documents.model import Blob, Block, Cell, Document, Opened, Paragraph, Table
from bot.message.mime.charsets import decode_bytes, plausibility, scrub

_SHEET_NAMES = {".csv", ".tsv", ".xls", ".xlsx", ".et", ".xlt"}
_LABEL = re.compile(r"""charset\s*=\s*["']?([\w:.-]{2,40})""", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"'）)】」，。；、]+", re.IGNORECASE)
_FEWEST = 3  # values in a row of a table
_SEPARATORS = "\t,;，；|"
_RULED = re.compile(r"^\s*[|│┃║].*[|│┃║]\s*$")
_RULE_LINE = re.compile(r"^[\s|│┃║+\-=:─━┄┈═┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬┠┨┯┷┿]+$")


def read(blob: Blob, context: ReadContext) -> Opened:
    """The text in *blob*. A file with a spreadsheet's name is one table if its lines are separated alike."""
    limits = context.limits
    label = _LABEL.search(blob.content_type)
    text = decode_text(blob.data, label.group(1) if label else "")
    if len(text) > 4 * limits.max_text:
        raise TooLarge(f"{len(text)} characters")
    text = scrub(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n"))
    suffix = PurePosixPath(blob.name.lower()).suffix
    separator = separator_of(text) if suffix in _SHEET_NAMES else ""
    if separator:
        table = _separated(text, separator, limits)
        blocks: list[Block] = [table] if table.cells else []
    else:
        blocks = list(text_blocks(text, limits))
    links = tuple(dict.fromkeys(match.group() for match in _LINK.finditer(text[:200_000])))[:500]
    return Opened(Document(path=blob.path, name=blob.name, format="text", blocks=tuple(blocks), links=links))


def decode_text(data: bytes, label: str) -> str:
    """*data* as text; UTF-16 without a byte order mark is known by its zero bytes. Never raises."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", "replace")
    head = data[:4000]
    if b"\x00" in head:
        whole = data[: len(data) // 2 * 2]
        orders = ("utf-16-le", "utf-16-be")
        best = max(orders, key=lambda order: plausibility(head[: len(head) // 2 * 2].decode(order, "replace")))
        if plausibility(whole[:4000].decode(best, "replace")) > 0.5:
            return whole.decode(best, "replace")
    return decode_bytes(data, label).text


def text_blocks(text: str, limits: Limits) -> Iterator[Block]:
    """One paragraph for each line; neighbouring lines with tabs or drawn column lines are a table."""
    lines = text.split("\n")
    if len(lines) > 20 * limits.max_rows:
        raise TooLarge(f"{len(lines)} lines")
    for kind, group in groupby(lines, _kind):
        members = list(group)
        if kind == "ruled":
            yield from _as_table(_ruled_rows(members), members)
        elif kind == "tabbed" and len(members) > 1:
            yield from _as_table([line.split("\t") for line in members], members)
        else:
            yield from (Paragraph(line.rstrip()) for line in members if line.strip())


def separator_of(text: str) -> str:
    """The sign that separates values in most of the first lines, or in the lines of a table below some titles; empty where none does."""
    lines = [line for line in text.split("\n")[:60] if line.strip()]
    if lines and (declared := re.fullmatch(r"sep=(.)", lines[0].strip())):
        return declared.group(1)
    best, most = "", 0
    for separator in _SEPARATORS:
        with_it = sum(separator in line for line in lines)
        if with_it > most and (with_it * 2 > len(lines) or _is_table(text, separator)):
            best, most = separator, with_it
    return best


def _is_table(text: str, separator: str) -> bool:
    """Two neighbouring rows of the same width, at least three values each: a heading and what stands below it, whatever lines are above and below."""
    try:
        rows = list(itertools.islice(csv.reader(io.StringIO(text[:50_000], newline=""), delimiter=separator), 60))
    except csv.Error:
        return False
    widths = [len(row) for row in rows if any(value.strip() for value in row)]
    apart = 1 if separator.isascii() else 0  # a last value that is empty may lack its separator
    return any(min(one, other) >= _FEWEST and abs(one - other) <= apart for one, other in itertools.pairwise(widths))


def _kind(line: str) -> str:
    if _RULED.match(line) or (_RULE_LINE.match(line) and len(line.strip()) > 2 and re.search("[┌├└┏┣┗╔╠╚+]", line)):
        return "ruled"
    return "tabbed" if "\t" in line.strip() else "plain"


def _ruled_rows(lines: Sequence[str]) -> list[list[str]]:
    """Rows of a drawn table; where lines are ruled between the rows, what stands between two of them is one row."""
    rules = sum(bool(_RULE_LINE.match(line)) for line in lines)
    rows: list[list[str]] = []
    fresh = True
    for line in lines:
        if _RULE_LINE.match(line):
            fresh = True
            continue
        cells = re.split("[|│┃║]", line.strip())[1:-1]
        if rules >= 3 and not fresh and len(rows[-1]) == len(cells):
            rows[-1] = [f"{above.strip()}\n{cell.strip()}".strip() for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
        fresh = False
    return rows


def _as_table(rows: list[list[str]], lines: Sequence[str]) -> Iterator[Block]:
    if len(rows) < 1 or max((len(row) for row in rows), default=0) < 2:
        yield from (Paragraph(line.rstrip()) for line in lines if line.strip())
    else:
        yield _table(rows)


def _table(rows: Iterable[Sequence[str]]) -> Table:
    return Table(
        tuple(
            Cell(number, column, value.strip())
            for number, row in enumerate(rows)
            for column, value in enumerate(row[:1000])
        )
    )


def _separated(text: str, separator: str, limits: Limits) -> Table:
    if re.match(r"sep=.\n", text):
        text = text.partition("\n")[2]
    csv.field_size_limit(limits.max_text)
    try:
        rows = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([_unwrapped(value) for value in row])
            if len(rows) > limits.max_rows:
                raise TooLarge(f"more than {limits.max_rows} rows")
    except csv.Error:
        rows = [line.split(separator) for line in text.split("\n")]
    while rows and not any(value.strip() for value in rows[-1]):
        rows.pop()
    return _table(rows)


def _unwrapped(value: str) -> str:
    """``="0595…"`` and a leading apostrophe keep a spreadsheet from reading a phone as a number; they are no part of it."""
    match = re.fullmatch(r'\s*="(.*)"\s*', value, re.DOTALL)
    if match:
        return match.group(1)
    return value[1:] if re.fullmatch(r"'[\d+(（][\d\-+() （）转]*", value) else value
