"""Damaged copies of a file: bytes changed, stretches lost, doubled, swapped; inside zip packages one part at a time, checksums right."""

from __future__ import annotations

import io
import random
import zipfile

TOKENS = (b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"0", b"-1", b"99999999999", b"<", b">", b"</", b"/>", b"&#x0;", b"&amp;", b'"',
          b"'", b"{", b"}", b"\\", b"%", b"\r\n", b"\n\n", b"\xb1", "活动".encode(), "活动".encode("gbk"), b"=?gb2312?B?", b"?=", b"NaN", b"1e999", b"<w:tbl>", b"<w:tc>", b"</w:tr>",
          b'<w:gridSpan w:val="99"/>', b"<w:vMerge/>", b"endobj", b"stream\n", b"<<", b">>", b"\\trowd", b"\\cell", b"\\bin99 ", b"<td rowspan=9>", b"</table>", b"--b\r\n")  # fmt: skip


def mutated(data: bytes, rng: random.Random, other: bytes = b"") -> bytes:
    """One damaged copy; *other* is a file of which pieces may get into it."""
    if data[:4] == b"PK\3\4" and rng.random() < 0.8:
        return repacked(data, rng)
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not changed:
            break
        place, size = rng.randrange(len(changed)), rng.choice((1, 2, 4, 8, 60, 500, 5000))
        match rng.randrange(8):
            case 0:
                changed[place] = rng.randrange(256)
            case 1:
                changed[place] ^= 1 << rng.randrange(8)
            case 2:
                del changed[place : place + size]
            case 3:
                changed[place:place] = changed[place : place + size] * rng.choice((1, 2, 30))
            case 4:
                changed[place : place + 1] = rng.choice(TOKENS)
            case 5:
                token = rng.choice(TOKENS)
                changed[place : place + len(token)] = token
            case 6:
                start = rng.randrange(len(other)) if other else 0
                changed[place:place] = other[start : start + size]
            case 7:
                to = rng.randrange(len(changed))
                changed[place : place + size], changed[to : to + size] = (
                    changed[to : to + size],
                    changed[place : place + size],
                )
    return bytes(changed)


def repacked(data: bytes, rng: random.Random) -> bytes:
    """The package with one part damaged, lost, doubled under another's name, or empty."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    if not parts:
        return data
    weights = [3 if name.endswith((".xml", ".rels")) else 1 for name, _ in parts]
    chosen = rng.choices(range(len(parts)), weights)[0]
    name, content = parts[chosen]
    match rng.randrange(10):
        case 0:
            parts.pop(chosen)
        case 1:
            parts[chosen] = (name, b"")
        case 2:
            parts[chosen] = (name, rng.choice(parts)[1])
        case _:
            parts[chosen] = (name, mutated(content, rng, rng.choice(parts)[1]) if content else content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in parts:
            archive.writestr(part, content)
    return out.getvalue()
