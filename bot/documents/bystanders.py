"""Files that lie beside the forms and never hold one: films, sounds, drawings, programs, and what systems leave behind."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from bot.base.problems import Code, Problem, Severity
from bot.documents.context import ReadContext
from bot.documents.errors import NothingOpens
from bot.documents.model import Blob, Document, Opened
from bot.documents.sniff import Sniffed, sniff_kind

_FILMS = r"mp4|m4v|mov|qt|avi|wmv|asf|mkv|webm|flv|f4v|mpe?g|vob|mts|m2ts|ts|3gp|3g2|rm|rmvb|ogv|h26[45]|dav"
_SOUNDS = r"mp3|wav|wma|m4a|aac|amr|flac|ogg|opus|ape|mid|aiff?|caf|srt|ass|lrc"
_DRAWINGS = (
    r"psd|psb|cdr|cmx|ai|eps|ps|indd|idml|sketch|xd|fig|svgz?|[we]mf|cr[23]|nef|arw|dng|ico|xcf|aep|prproj|swf"
    r"|dwg|dxf|dwf|stp|step|stl|skp|max|obj|fbx|blend|3ds|km[lz]|vsdx?|mpp|pub|xmind|mmap"
)
_PROGRAMS = r"tt[fc]|otf|woff2?|exe|msi|bat|cmd|ps1|vbs|js|dll|apk|ipa|jar|class|dmg|iso|torrent|sh|py|epub|mobi|key"
_IS_FILM = re.compile(_FILMS)
# Whatever their bytes look like (an .ai is a PDF, a .cdr a zip, a .dxf text, a .nef a TIFF): nobody fills a form in them.
_NO_FORM = re.compile(f"{_FILMS}|{_SOUNDS}|{_DRAWINGS}|{_PROGRAMS}")
# Documents that no reader here opens; a form may well be in one of them.
_UNREAD_DOCUMENT = re.compile(r"pages|numbers|uo[fts]|pp[ts]|pot|dp[st]|hwp|caj|o?xps|one|g[wd]")
_READ = re.compile(
    r"do[ct][xm]?|wp[st]|xl[st][xmb]?|ett?|[ct]sv|pptx|pptm|ppsx|pdf|ofd|rtf|txt|html?|mht(?:ml)?|xml|f?od[ts]|ot[ts]|zipx?|rar|7z|tar|t?gz|t?bz2?"
    r"|t?xz|z|eml|msg|mbox|p7m|jpe?g?|jfif|png|gif|bmp|tiff?|webp|hei[cf]|avif"
)
_JUNK_FOLDER = re.compile(
    r"(^|/)(__MACOSX|\.Trashes|\.Spotlight-V100|\.git|\.svn|\$RECYCLE\.BIN|@eaDir)/", re.IGNORECASE
)
_JUNK_NAME = re.compile(
    r"^(\.DS_Store|\._.*|Thumbs\.db(:encryptable)?|ehthumbs(_vista)?\.db|desktop\.ini|\.?picasa\.ini|autorun\.inf|\.directory"
    r"|\.localized|Icon[\r\uf00d]|~WR[A-Z]\d+\.(tmp|doc)|~\w*\.tmp)$",
    re.IGNORECASE,
)
# Beside an open document Office and WPS keep a file of the same name with the user's name in it.
_OWNER_NAME = re.compile(r"^(~\$.*|\.~(?!lock\.).*|\.~lock\..*#?)$")
_OWNER_SIZES = {162, 165}
_OPENED = frozenset(
    {"tar", "gzip", "bzip2", "xz", "p7m", "pgp", "empty"}
)  # unknown formats that have a reader, and failed uploads
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
# QUIRK(Exchange): names parts that have none: the rest of the mail's own text behind an attachment, a footer, nothing. RFC 2183 §2.3
_UNNAMED = re.compile(r"^ATT\d{3,8}(\.[A-Za-z0-9]{1,5})?$")


class Shortcut(NothingOpens):
    """A link to a file on the sender's own machine."""

    finding = "收到的是快捷方式，不是文件本身"
    advice = "请找到原文件（可右键快捷方式→“打开文件所在的位置”），把它作为附件重新发送"


class OwnerFile(NothingOpens):
    """What an office program keeps beside a document while it is open; where it came alone it was taken for the document."""

    finding = "收到的是文件打开时产生的临时文件，不是文件本身"
    advice = "请关闭该文件后，把文件本身作为附件重新发送"


def is_leftover(path: str, data: bytes = b"") -> bool:
    """Whether a system or a program left this behind; nobody meant to send it."""
    clean = path.replace("\\", "/")
    name = clean.rpartition("/")[2]
    if _JUNK_FOLDER.search(clean) or _JUNK_NAME.match(name) or data.startswith(_APPLE_DOUBLE):
        return True
    return is_owner_file(name, data)


def is_owner_file(name: str, data: bytes) -> bool:
    """Also under a name that a mail program changed: the length of a name, the name, blanks, and the name again in UTF-16."""
    return bool(_OWNER_NAME.match(name)) or (len(data) in _OWNER_SIZES and 0 < data[0] < 54 and data[54:55] == data[:1])


def is_unnamed_rest(name: str) -> bool:
    """Whether a part of a mail has only the name that Exchange gives to what had none."""
    return bool(_UNNAMED.match(name))


def is_bystander(blob: Blob, kind: Sniffed) -> bool:
    """Whether *blob* is kept and listed, but not read: its kind never holds a form."""
    if kind.variant == "shortcut":
        return False
    suffix = _suffix(blob.name)
    if _NO_FORM.fullmatch(suffix):
        return True
    if kind.format != "unknown" or kind.variant in _OPENED:
        return False
    media = blob.content_type.partition("/")[0].lower() in ("video", "audio", "font")
    return media or (bool(suffix) and not may_hold_form(blob.name))


def is_film(name: str) -> bool:
    return bool(_IS_FILM.fullmatch(_suffix(name)))


def may_be_spared(name: str) -> bool:
    """Whether a file of this name that nothing opens is of no matter beside a form that was read: by its name none is in it."""
    return not _READ.fullmatch(_suffix(name))


def may_hold_form(name: str) -> bool:
    """Whether a form may be in a file of this name; only the name is known, the file could not be had."""
    suffix = _suffix(name)
    return not suffix or bool(_READ.fullmatch(suffix) or _UNREAD_DOCUMENT.fullmatch(suffix))


def read(blob: Blob, context: ReadContext) -> Opened:
    """Nothing opens *blob*. Raises ``Shortcut`` or ``NothingOpens``; a presentation of the old kind (.ppt) is kept without blame."""
    kind = sniff_kind(blob.data, blob.name)
    if kind.variant == "ppt":
        message = (
            f"{blob.name}：旧版演示文稿（.ppt）已留存，其中的文字没有读取。如为活动总结，可另存为 .pptx 或 PDF 再发。"
        )
        problem = Problem(Code.UNREADABLE, Severity.WARNING, message, value=blob.name, place=blob.path)
        return Opened(Document(blob.path, blob.name, "unknown", problems=(problem,)))
    if kind.variant == "shortcut":
        raise Shortcut("a shortcut")
    raise NothingOpens(f"no reader for {kind.format}/{kind.variant}")


def _suffix(name: str) -> str:
    """The ending in small letters without its dot; empty where what stands behind the last dot is none (a date, a sentence)."""
    ending = PurePosixPath(name.rpartition("!/")[2].strip().lower()).suffix[1:]
    return ending if re.fullmatch(r"[a-z0-9]*[a-z][a-z0-9]*", ending) and len(ending) <= 8 else ""
