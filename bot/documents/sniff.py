"""What a file is, by its bytes; the name only breaks ties."""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath

import olefile
from msgspec import Struct

from bot.documents.shared.office_zip import directory_of


class Sniffed(Struct, frozen=True):
    """``format`` is one of ``FORMATS``; ``variant`` says which of several ways to read it (``mht``, ``encrypted``, ``tar`` …)."""

    format: str
    variant: str = ""


_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"Rar!\x1a\x07", "rar", ""),
    (b"7z\xbc\xaf\x27\x1c", "7z", ""),
    (b"\x78\x9f\x3e\x22", "tnef", ""),
    (b"\xff\xd8\xff", "image", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image", "png"),
    (b"GIF87a", "image", "gif"),
    (b"GIF89a", "image", "gif"),
    (b"II*\x00", "image", "tiff"),
    (b"MM\x00*", "image", "tiff"),
    (b"II+\x00", "image", "tiff"),
    (b"MM\x00+", "image", "tiff"),
    (b"-----BEGIN PGP MESSAGE-----", "unknown", "pgp"),
    (b"\x1f\x8b\x08", "unknown", "gzip"),
    (b"BZh", "unknown", "bzip2"),
    (b"\xfd7zXZ\x00", "unknown", "xz"),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"heif"}
_SHEET_NAMES = {".xls", ".xlsx", ".xlsm", ".xlsb", ".et", ".ett", ".xlt", ".xltx", ".csv"}
_HEAD = 16_384
_PACKED_MAGIC = (b"PK\x03\x04", _OLE_MAGIC, b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_JUNK = 2048  # bytes


def sniff(data: bytes, name: str = "") -> str:
    """One of ``FORMATS`` for these bytes; ``unknown`` where nothing fits (also for empty bytes)."""
    return sniff_kind(data, name).format


def sniff_kind(data: bytes, name: str = "") -> Sniffed:
    """Format and variant of *data*. Never raises; looks into zip directories and OLE stream names, no deeper."""
    data = without_junk(data)
    if not data.strip(b"\x00 \t\r\n"):
        return Sniffed("unknown", "empty")
    if _is_shortcut(data, name):
        return Sniffed("unknown", "shortcut")
    for magic, form, variant in _MAGIC:
        if data.startswith(magic):
            return Sniffed(form, variant)
    if data.startswith(b"BM") and len(data) > 26 and data[6:10] == b"\0\0\0\0":
        return Sniffed("image", "bmp")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Sniffed("image", "webp")
    if data[4:8] == b"ftyp" and (data[8:12] in _HEIF_BRANDS):
        return Sniffed("image", "heif")
    if data.startswith(_OLE_MAGIC):
        return _sniff_ole(data, name)
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _sniff_zip(data)
    if data[:1] == b"\x30" and b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" in data[:32]:
        return Sniffed("unknown", "p7m")  # CMS (RFC 5652): an S/MIME message
    if b"%PDF-" in data[:2048]:
        return Sniffed("pdf")
    if len(data) > 262 and data[257:262] == b"ustar":
        return Sniffed("unknown", "tar")
    if _is_word_6(data):
        return Sniffed("doc", "word6")
    if _is_biff(data):
        return Sniffed("xls", "biff")
    return _sniff_text(data, name)


def without_junk(data: bytes) -> bytes:
    """*data* from its first real byte: download scripts put a byte order mark, blank lines, a warning of PHP or the headers of an
    upload before the zip or compound file, and no program opens it then. What stands before it must be a little text."""
    starts = [place for magic in _PACKED_MAGIC if 0 < (place := data.find(magic, 0, _JUNK + len(magic))) <= _JUNK]
    if not starts:
        return data
    junk = data[: min(starts)]
    if any(byte < 32 and byte not in b"\t\r\n" for byte in junk) or _looks_like_mail(junk.lstrip()):
        return data
    rest = data[len(junk) :]
    if rest.startswith(b"PK") and b"PK\x05\x06" not in rest[-66_000:]:
        return data  # only the letters in some text
    return rest


def _suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/").strip().lower()).suffix


def _is_shortcut(data: bytes, name: str) -> bool:
    """A link to a file or page: of Windows (MS-SHLLINK 2.1; the text of a .url), of macOS (alias, .webloc) or of Linux (.desktop)."""
    if data.startswith((b"L\x00\x00\x00\x01\x14\x02\x00", b"book\x00\x00\x00\x00mark")) or _suffix(name) == ".lnk":
        return True
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith((b"[InternetShortcut", b"[{000214A0", b"[Desktop Entry]")) or _suffix(name) in (
        ".webloc",
        ".url",
    )


def _is_word_6(data: bytes) -> bool:
    """Word 2 and 6 for DOS/Windows without the OLE container: wIdent 0xA5DB or 0xA5DC at the very start."""
    return data[:2] in (b"\xdb\xa5", b"\xdc\xa5") and len(data) > 128


def _is_biff(data: bytes) -> bool:
    """A bare BIFF 2-4 worksheet stream, as some old exports still write it."""
    return data[:4] in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")


def _sniff_ole(data: bytes, name: str) -> Sniffed:
    by_name = Sniffed("xls") if _suffix(name) in _SHEET_NAMES else Sniffed("doc")
    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_FATAL) as ole:
            streams = {"/".join(entry).lower() for entry in ole.listdir()}
    except Exception:  # olefile raises whatever a broken directory leads it to
        return _sniff_cut_ole(data, by_name)
    roots = {stream.partition("/")[0] for stream in streams}
    if "encryptedpackage" in roots:
        return Sniffed("xlsx" if by_name.format == "xls" else "docx", "encrypted")
    if "__properties_version1.0" in roots:
        return Sniffed("msg")
    if "worddocument" in roots:
        return Sniffed("doc")
    if "workbook" in roots or "book" in roots:
        return Sniffed("xls")
    if "powerpoint document" in roots:
        return Sniffed("unknown", "ppt")
    if "visiodocument" in roots:
        return Sniffed("unknown", "ole")
    return by_name if _suffix(name) in {".doc", ".wps", ".dot", *_SHEET_NAMES} else Sniffed("unknown", "ole")


def _sniff_cut_ole(data: bytes, by_name: Sniffed) -> Sniffed:
    """A compound file cut off before its directory: stream names may still stand somewhere, in UTF-16."""
    for stream, form in (("WordDocument", "doc"), ("Workbook", "xls"), ("__properties_version", "msg")):
        if stream.encode("utf-16-le") in data:
            return Sniffed(form)
    return by_name


def _sniff_zip(data: bytes) -> Sniffed:
    names = _zip_names(data)
    lower = {member.lower().replace("\\", "/").lstrip("/") for member in names}
    if "mimetype" in lower or "content.xml" in lower:
        form = _open_document(data, lower)
        if form:
            return form
    if "ofd.xml" in lower:
        return Sniffed("ofd")
    if any(member.startswith("word/") for member in lower) and "[content_types].xml" in lower:
        return Sniffed("docx")
    if "[content_types].xml" in lower and any(member.startswith("xl/") for member in lower):
        return Sniffed("xlsx", "xlsb" if "xl/workbook.bin" in lower else "")
    if "[content_types].xml" in lower and any(member.startswith("ppt/") for member in lower):
        return Sniffed("pptx")
    if "[content_types].xml" in lower and "_rels/.rels" in lower:
        return _sniff_package(data)
    return Sniffed("zip")


def _zip_names(data: bytes) -> list[str]:
    """Member names from the directory; from the local headers where the end of the file is missing."""
    try:
        return [info.filename for info in directory_of(data).infolist()[:5000]]
    except Exception:  # zipfile raises BadZipFile, but also struct, unicode and value errors on damaged files
        found = re.finditer(rb"PK\x03\x04.{22}(..)(..)", data[: 8 * 2**20], re.DOTALL)
        names = []
        for match, _ in zip(found, range(5000), strict=False):
            length = int.from_bytes(match.group(1), "little")
            names.append(data[match.end() : match.end() + min(length, 300)].decode("utf-8", "replace"))
        return names


def _open_document(data: bytes, names: set[str]) -> Sniffed | None:
    try:
        kind = directory_of(data).read("mimetype")[:200].decode("ascii", "replace") if "mimetype" in names else ""
    except Exception:
        kind = data[:400].decode("ascii", "replace")
    if "opendocument.spreadsheet" in kind:
        return Sniffed("ods")
    if "opendocument.text" in kind:
        return Sniffed("odt")
    if "opendocument" in kind:
        return Sniffed("unknown", "opendocument")
    return Sniffed("odt") if "content.xml" in names and "styles.xml" in names else None


def _sniff_package(data: bytes) -> Sniffed:
    """An Open Packaging file whose main part lies elsewhere than ``word/`` or ``xl/``: its content type says what it is."""
    try:
        with directory_of(data).open("[Content_Types].xml") as stream:
            types = stream.read(65_536).lower()
    except Exception:
        return Sniffed("zip")
    if b"wordprocessingml.document.main" in types or b"word.document.macroenabled" in types:
        return Sniffed("docx")
    if b"spreadsheetml.sheet.main" in types or b"ms-excel.sheet" in types:
        return Sniffed("xlsx")
    if b"presentationml." in types:
        return Sniffed("pptx")
    return Sniffed("unknown", "package")


_MAIL_HEADER = re.compile(
    rb"^(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version|content-type|x-[\w-]+|cc|reply-to"
    rb"|sender|dkim-signature|authentication-results|arc-[\w-]+|snapshot-content-location|content-transfer-encoding)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_HTML_MARK = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|table|div|meta|title|style|p|br|span|font|form|center)[\s>/]", re.IGNORECASE
)


def _sniff_text(data: bytes, name: str) -> Sniffed:
    head = _ascii_view(data)
    start = head.lstrip(b" \t\r\n\x00")
    if start[:5].lower() == b"{\\rtf" or (b"{\\rtf1" in start[:200]):
        return Sniffed("rtf")
    if start.startswith((b"<?xml", b"<?mso-application")):
        xml = _sniff_xml(start)
        if xml:
            return xml
    if _looks_like_mail(start):
        return _mht_or_mail(start, name)
    if _HTML_MARK.search(start[:4096]) and b"<" in start[:1024]:
        return Sniffed("html")
    if _is_text(data):
        return Sniffed("text", "csv" if _suffix(name) in {".csv", ".tsv"} else "")
    return Sniffed("unknown")


def _ascii_view(data: bytes) -> bytes:
    """The head of the file as single bytes, whatever the byte order mark says."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[2 : 2 * _HEAD].replace(b"\x00", b"")
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:_HEAD]
    if data[1:40:2] == b"\x00" * len(data[1:40:2]) and len(data) > 8:  # UTF-16 LE without a mark, at least at the start
        return data[: 2 * _HEAD].replace(b"\x00", b"")
    return data[:_HEAD]


def _sniff_xml(start: bytes) -> Sniffed | None:
    if b"schemas.microsoft.com/office/2006/xmlPackage" in start[:2048]:
        return Sniffed("xlsx" if b'progid="Excel' in start[:1024] else "docx", "flat")
    if b"schemas.microsoft.com/office/word/2003/wordml" in start[:4096] or b'progid="Word.Document"' in start[:1024]:
        return Sniffed("docx", "2003")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start[:4096] or b'progid="Excel.Sheet"' in start[:1024]:
        return Sniffed("xlsx", "2003")
    if b"opendocument:xmlns:office" in start[:4096]:
        return Sniffed("ods" if b"opendocument.spreadsheet" in start[:8192] else "odt", "flat")
    return None


def _looks_like_mail(start: bytes) -> bool:
    """At least two header fields of a mail in the first block, and the first line is a field (or mbox's «From »)."""
    if start.startswith(b"From ") and b"\n" in start:
        start = start.partition(b"\n")[2]
    first = start.partition(b"\n")[0]
    if not re.match(rb"[A-Za-z][A-Za-z0-9-]{1,60}[ \t]*:", first):
        return False
    block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    return len(_MAIL_HEADER.findall(block)) >= 2


def _mht_or_mail(start: bytes, name: str) -> Sniffed:
    """A saved web page is MIME, too: multipart/related (or a lone HTML part) that nobody sent."""
    block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0].lower()
    # A browser writes «From: <Saved by …>»; a sender has an address.
    sent = re.search(
        rb"^(?:(?:received|return-path|message-id|to|delivered-to)[ \t]*:|from[ \t]*:[^\r\n]*@)", block, re.MULTILINE
    )
    saved = b"saved by" in block or b"snapshot-content-location" in block or b"content-location:" in block
    related = b"multipart/related" in block or b"text/html" in block
    by_name = _suffix(name) in {".mht", ".mhtml", ".doc", ".xls"}
    if related and (saved or (not sent) or by_name):
        return Sniffed("html", "mht")
    return Sniffed("eml")


def _is_text(data: bytes) -> bool:
    """Text in some charset: a byte order mark, UTF-16 by its zero bytes, or hardly any control byte in the head."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    head = data[:_HEAD]
    if b"\x00" in head:
        return _is_utf_16(head)
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1b" for byte in head)
    if controls * 200 > len(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(head) - 4 and len(data) > len(head):
            return True  # only cut inside a character
        return _is_gb(head)
    return True


def _is_gb(head: bytes) -> bool:
    text = head.decode("gb18030", "replace")
    return text.count("\ufffd") * 50 <= len(text)


def _is_utf_16(head: bytes) -> bool:
    for order in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(order, "replace")
        odd = sum(character == "\ufffd" or (character < " " and character not in "\t\r\n") for character in text)
        common = sum(
            "\u4e00" <= c <= "\u9fff" or " " <= c <= "~" or c in "\t\r\n" or "\u3000" <= c <= "\uffef" for c in text
        )
        if odd * 50 <= len(text) and common * 10 >= len(text) * 9:
            return True
    return False
