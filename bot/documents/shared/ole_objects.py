"""Files embedded in other files: the OLE wrapper undone."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator

import olefile

from bot.documents.errors import Damaged
from bot.documents.model import FORMATS, Blob
from bot.documents.sniff import sniff_kind

_READABLE = frozenset(FORMATS) - {"html", "text", "tnef", "unknown"}  # any stream of an object may look like text


def embedded_files(name: str, data: bytes) -> Iterator[Blob]:
    """The file inside an OLE object or package part; nothing for equations, charts and other objects without a file."""
    kind = sniff_kind(data, name)
    if kind.format in _READABLE and not (kind.format in ("doc", "xls") and name.lower().endswith(".bin")):
        yield Blob("", name, data)
        return
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            roots = {entry[0].lower(): entry[0] for entry in ole.listdir() if len(entry) == 1}
            if "\x01ole10native" in roots:
                yield from _native(ole.openstream(roots["\x01ole10native"]).read())
            elif "package" in roots:
                inner = ole.openstream(roots["package"]).read()
                yield Blob("", _named(name, inner), inner)
            elif "contents" in roots:
                inner = ole.openstream(roots["contents"]).read()
                if sniff_kind(inner).format == "pdf":
                    yield Blob("", _named(name, inner), inner)
            elif "worddocument" in roots or "workbook" in roots or "book" in roots:
                yield Blob("", _named(name, data), data)
    except Exception:  # olefile raises whatever a broken directory leads it to: the document itself still counts
        return


def native_file(stream: str, name: str, content: Callable[[], bytes]) -> Iterator[Blob]:
    """The file in one stream of an embedded object's storage *name*; nothing where the stream holds none."""
    if stream.lower() == "\x01ole10native":
        yield from _native(content())
    elif stream.lower() in ("package", "contents"):
        inner = content()
        if sniff_kind(inner).format in _READABLE:
            yield Blob("", _named(name.strip("_") or "object", inner), inner)


def _named(name: str, data: bytes) -> str:
    form = sniff_kind(data).format
    return f"{name.rpartition('.')[0] or name}.{form}" if form in _READABLE else name


def _native(data: bytes) -> Iterator[Blob]:
    """``\\1Ole10Native`` (MS-OLEDS 2.3.6): label, file name, temporary path, then the file itself."""
    if len(data) < 6:
        return
    place = 6
    names: list[bytes] = []
    for _ in range(2):
        end = data.find(b"\0", place)
        if end < 0 or end - place > 1000:
            return
        names.append(data[place:end])
        place = end + 1
    place += 4
    if place + 4 > len(data):
        return
    path_size = struct.unpack_from("<I", data, place)[0]
    place += 4 + path_size
    if path_size > 4096 or place + 4 > len(data):
        return
    size = struct.unpack_from("<I", data, place)[0]
    content = data[place + 4 : place + 4 + size]
    label = (names[0] or names[1]).decode("gb18030", "replace").replace("\\", "/").rpartition("/")[2]
    if content:
        yield Blob("", label or _named("object.bin", content), content)


def object_data(data: bytes) -> bytes:
    """The native data of an OLE 1.0 object as RTF stores it ([MS-OLEDS] 2.2.5): versions, three counted names, the size."""
    place = 8
    for _ in range(3):
        if place + 4 > len(data):
            return b""
        place += 4 + struct.unpack_from("<I", data, place)[0]
    if place + 4 > len(data):
        return b""
    size = struct.unpack_from("<I", data, place)[0]
    return data[place + 4 : place + 4 + size]


def root_streams(data: bytes, *wanted: str) -> dict[str, bytes]:
    """The streams that lie directly in a compound file, by their names in small letters: those of *wanted* that there are. ``Damaged`` where it
    cannot be read."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {entry[0].lower(): entry[0] for entry in ole.listdir() if len(entry) == 1}
            return {name: ole.openstream(names[name]).read() for name in wanted if name in names}
    except Exception as error:  # olefile raises whatever a broken directory leads it to
        raise Damaged(f"compound file: {type(error).__name__}: {error}") from error


def document_title(data: bytes) -> str:
    """The title in the property set of a compound file; empty where there is none."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            raw, codec = _title(ole.openstream("\x05SummaryInformation").read())
    except Exception:  # a broken or missing property set says nothing about the text
        return ""
    text = raw.decode(codec, "replace").partition("\0")[0].strip()
    return "" if "\ufffd" in text else text[:200]


def _title(stream: bytes) -> tuple[bytes, str]:
    """Property 2 and its codec ([MS-OLEPS] 2.21); olefile reads the whole set, in which a broken count may cost hours."""
    start = struct.unpack_from("<I", stream, 44)[0]
    count = struct.unpack_from("<I", stream, start + 4)[0]
    pairs = (struct.unpack_from("<II", stream, start + 8 + 8 * number) for number in range(min(count, 200)))
    places = {name: start + place for name, place in pairs}
    codepage = struct.unpack_from("<H", stream, places[1] + 4)[0] if 1 in places else 936
    kind, size = struct.unpack_from("<II", stream, places[2])
    if kind == 0x1F:
        return stream[places[2] + 8 :][: 2 * size], "utf-16-le"
    return stream[places[2] + 8 :][:size], "utf-8" if codepage == 65001 else "gb18030"
