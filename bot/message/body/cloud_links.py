"""Files that the sender left behind a download link: found by address, by marked elements and by wording around a link.

Only what the sender wrote now is to be given: links in quoted history are not new. Nothing is ever fetched.
"""

from __future__ import annotations

import html as html_entities
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.message.body.cloud_hosts import (
    ADVERT,
    CODE,
    EXPIRES,
    FETCHED,
    FILE,
    KEPT_BY_PROVIDER,
    MARKED_CLASS,
    MARKED_ID,
    OFFICIAL,
    PAGE,
    SHARE_RES,
    SHARED_PATH,
    SIZE,
    STORED,
    STRONG,
    WEAK,
)
from bot.message.body.html_text import Element, descendants, lines_of, parse_html
from bot.message.identity import CHINA
from bot.message.mime.charsets import decode_bytes, scrub
from bot.message.mime.encoded_words import clean
from bot.message.model import CloudLink

MAX_LINKS = 50
MAX_ADDRESS = 4000  # characters; data in an address is no link
MAX_EXAMINED = 1000
_URL = re.compile(r"https?://[^\s<>\"'“”‘’（）《》「」，。；、\u4e00-\u9fff]{4,2000}", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@./-])(?:[A-Za-z0-9-]{1,60}\.){1,5}[A-Za-z]{2,12}/[\w./?=&%~#-]{3,300}", re.ASCII)


class _Candidate(Struct, frozen=True):
    href: str
    own: str  # text of the link itself
    around: str  # text of the line or block in which it stands
    name: str = ""
    size: str = ""
    expires: str = ""
    marked: bool = False  # an element that only cloud attachments have
    alone: bool = True  # no other link stands with the same words
    beside: str = ""  # the lines before and behind, where no link is in them


def cloud_links(html: str, text: str) -> tuple[CloudLink, ...]:
    """Files behind links in *html* and plain *text*, each once, at most 50. Never raises, never fetches."""
    root = parse_html(html) if html else None
    found: list[CloudLink] = []
    candidates = [*(_in_html(root) if root is not None else ()), *_in_text(text)]
    whole = "\n".join(line.text for line in lines_of(root)) if root is not None else ""
    strong = bool(STRONG.search(whole) or STRONG.search(text))
    for candidate in candidates:
        link = _judged(candidate, strong)
        if link is not None:
            _add(found, replace(link, name=clean(link.name), href=scrub(link.href)))
    return tuple(found[:MAX_LINKS])


def _judged(candidate: _Candidate, strong: bool) -> CloudLink | None:
    href = candidate.href
    if len(href) > MAX_ADDRESS or not href.lower().startswith(("http://", "https://")) or ADVERT.match(href):
        return None
    share = next((name for pattern, name in SHARE_RES if pattern.search(href)), "")
    name = candidate.name or _name_in_address(href) or _name_in(candidate.own) or ""
    near = _name_in(candidate.around)
    size = candidate.size or _first(SIZE, candidate.around)
    expires = candidate.expires or _expiry(candidate.around) or _expiry_in_address(href)
    kept = candidate.marked or bool(KEPT_BY_PROVIDER.search(href))
    worded = bool(WEAK.search(candidate.around) or WEAK.search(candidate.own))
    if kept or (strong and worded and (name or near or size)):
        return CloudLink(name or near, href, size, expires)
    if share:
        return CloudLink(name or near or share, href, size, expires)
    ends_in_file = bool(_name_in_address(href))
    if worded and (name or near) and (size or expires or (ends_in_file and "下载" in candidate.around)):
        return CloudLink(name or near, href, size, expires)
    if _is_shared(candidate, bool(size or expires)):
        return CloudLink(name or near or "网盘文件", href, size, expires)
    return None


def _is_shared(candidate: _Candidate, is_dated: bool) -> bool:
    """A file shared on a host that nobody knows, by the words around the link: a code to fetch it with, a place for files, a download."""
    href, around = candidate.href, f"{candidate.beside}\n{candidate.around}"
    looks_shared = bool(SHARED_PATH.search(href))
    if not candidate.alone and not looks_shared:
        return False  # the words may be about another link
    if CODE.search(around) or CODE.search(href):
        return not re.match(r"https?://[^/?#]+/?$", href)
    if PAGE.match(href) or OFFICIAL.match(href):
        return False
    if STORED.search(around):
        return True
    return bool(FETCHED.search(around)) and (looks_shared or is_dated)


def _add(found: list[CloudLink], link: CloudLink) -> None:
    """Each file once: picture, name and button all link to it, and the text part repeats it."""
    for place, known in enumerate(found):
        same_name = (
            bool(link.name) and link.name == known.name and (not link.size or not known.size or link.size == known.size)
        )
        if _key(known.href) == _key(link.href) or (same_name and _host(known.href) == _host(link.href)):
            named = known.name if FILE.search(known.name) or not link.name else link.name
            found[place] = replace(
                known, name=named, size=known.size or link.size, expires=known.expires or link.expires
            )
            return
    found.append(link)


def _key(href: str) -> str:
    return re.sub(r"^https?://", "", href.strip().rstrip("/.,;")).lower()


def _in_html(root: Element) -> Iterator[_Candidate]:
    for node in islice((node for node in descendants(root) if _linked(node)), MAX_EXAMINED):
        attributes = {str(key).lower(): str(value) for key, value in node.attrib.items()}
        href = html_entities.unescape(_linked(node)).strip()
        block = _block_of(node)
        own = _visible(node)
        around = _visible(block)[:600]
        marks = _marks(node, block)
        yield _Candidate(
            href,
            own,
            around,
            name=_attribute_name(attributes, block),
            size=_attribute_size(attributes, block),
            expires=_attribute_expiry(attributes, block),
            marked=marks,
            alone=_other_links(block, node) == 0,
            beside="\n".join(_words_of(one) for one in (block.getprevious(), block.getnext())),
        )


def _words_of(neighbour: Element | None) -> str:
    """A line of text beside a link's own; empty where it holds a link itself."""
    if neighbour is None or not isinstance(neighbour.tag, str) or next(neighbour.iter("a"), None) is not None:
        return ""
    text = _visible(neighbour)
    return text if len(text) <= 100 else ""


def _linked(node: Element) -> str:
    if node.tag in ("link", "base"):
        return ""
    return node.get("href") or node.get("downloadlink") or node.get("data-href") or ""


def _marks(node: Element, block: Element) -> bool:
    """Classes of the link and its nearest surroundings; a container's id counts only where the link looks like a file."""
    if MARKED_CLASS.search(node.get("class", "")) or node.get("downloadlink"):
        return True
    near: Element | None = node
    for _ in range(12):
        if near is None:
            return False
        if MARKED_CLASS.search(near.get("class", "")) and near is not node:
            return bool(FILE.search(_visible(block)) or FILE.search(near.get("title", "")))
        if MARKED_ID.search(near.get("id", "")):
            return bool(FILE.search(_visible(block)) or node.get("download") or node.get("filename"))
        near = near.getparent()
    return False


def _block_of(node: Element) -> Element:
    """The smallest element around the link which says more than the link itself: where size and date stand."""
    best = node
    parent = node.getparent()
    for _ in range(6):
        if parent is None or parent.tag in ("body", "html"):
            break
        text = _visible(parent)
        if len(text) > 400 or _other_links(parent, node) > 3:
            break
        best = parent
        if SIZE.search(text) and FILE.search(text):
            break
        parent = parent.getparent()
    return best


def _other_links(parent: Element, node: Element) -> int:
    anchors = list(islice(parent.iter("a"), 30))
    return (
        len(anchors) if len(anchors) == 30 else len({one.get("href", "") for one in anchors} - {node.get("href", "")})
    )


def _visible(node: Element) -> str:
    """The text inside *node*, each piece on a line, up to some thousand characters and some hundred pieces."""
    pieces = [str(piece)[:1000] for piece in islice(node.itertext(), 300)]
    return "\n".join(line for piece in pieces if (line := " ".join(piece.split())))[:4000]


def _attribute_name(attributes: dict[str, str], block: Element) -> str:
    for key in ("filename", "file-name", "data-filename", "data-name", "download", "alt", "title"):
        value = html_entities.unescape(attributes.get(key, "")).strip()
        first = re.sub(r"\(\d+\)\s*$", "", value.split("\n")[0]).strip()
        if FILE.fullmatch(first):
            return first
    for node in _near(block):
        for key in ("file-name", "filename", "title"):
            first = html_entities.unescape(node.get(key, "")).split("\n")[0].strip()
            if FILE.fullmatch(first):
                return first
    return ""


def _attribute_size(attributes: dict[str, str], block: Element) -> str:
    for value in (
        attributes.get("file-size", ""),
        attributes.get("filesize", ""),
        *(node.get("file-size", "") for node in _near(block)),
    ):
        if value.strip():
            return f"{value.strip()} 字节" if value.strip().isdigit() else value.strip()
    alt = re.search(r"\((\d{2,12})\)\s*$", attributes.get("alt", ""))
    if alt:
        return f"{alt.group(1)} 字节"
    return next((found for node in _near(block) if (found := _first(SIZE, node.get("title", "")))), "")


def _attribute_expiry(attributes: dict[str, str], block: Element) -> str:
    for value in (
        attributes.get("expired", ""),
        attributes.get("expiretime", ""),
        *(node.get("expired", "") or node.get("expiretime", "") for node in _near(block)),
    ):
        value = value.strip()
        if value:
            return _from_stamp(value) if value.isdigit() else value[:40]
    return next((found for node in _near(block) if (found := _expiry(node.get("title", "")))), "")


def _near(block: Element) -> list[Element]:
    nodes = list(islice(descendants(block), 40))
    parent = block.getparent()
    return [*nodes, parent] if parent is not None and parent.tag not in ("body", "html") else nodes


def _in_text(text: str) -> Iterator[_Candidate]:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        for match in _URL.finditer(line[:5000]):
            href = html_entities.unescape(match.group()).rstrip(".,;)]>")
            around = line[:1500]
            above = number - 1
            while above >= max(0, number - 3) and not (FILE.search(_URL.sub(" ", around)) and SIZE.search(around)):
                if _URL.search(lines[above]):
                    break
                around = f"{lines[above][:500]} {around}"
                above -= 1
            behind = next((one for one in lines[number + 1 : number + 3] if one.strip()), "")
            below = behind[:300] if not _URL.search(behind) else ""
            alone = len(set(_URL.findall(line[:5000]))) == 1
            yield _Candidate(href, "", f"{_URL.sub(' ', around)} {below}", alone=alone)
        # «pan.example.cn/s/1abc 提取码：x1y2», copied without the scheme.
        bare = _BARE.search(line[:1000]) if CODE.search(line[:1000]) and not _URL.search(line) else None
        if bare:
            yield _Candidate(f"http://{bare.group().rstrip('.,;')}", "", line[:1000])


def _name_in(text: str) -> str:
    """The last file name in *text*, without a heading's words before it."""
    found = [match.group().strip() for match in FILE.finditer(_URL.sub(" ", text))]
    if not found:
        return ""
    name = re.sub(r"^.*(?:超大附件|云附件|大附件|附件名称?|文件名称?|文件|附件|下载)\s*[:：]\s*", "", found[-1])
    name = re.sub(r"^.*?(?:发来的(?:超大附件|云附件))\s*", "", name)
    name = re.sub(r"^【[^】]{0,30}】\s+", "", name)
    if "】" in name and "【" not in name:
        name = name.rpartition("】")[2]
    name = re.sub(r"^(?:进入下载页面|下载地址|点击下载|下载|打开|预览)[:：\s]*", "", name)
    return name.strip(" -·•[]【】")


def _host(href: str) -> str:
    """Whatever stands where a host should (``urlsplit`` refuses some)."""
    match = re.match(r"[a-z]+://([^/?#]*)", href, re.IGNORECASE)
    return match[1] if match else ""


def _name_in_address(href: str) -> str:
    try:
        parts = urlsplit(href)
        query = parse_qs(parts.query + "&" + parts.fragment.partition("?")[2], max_num_fields=60, encoding="latin-1")
    except ValueError:
        return ""
    for key in ("title", "filename", "fileName", "file_name", "name", "fname", "attname"):
        for value in query.get(key, ()):
            name = decode_bytes(value.encode("latin-1", "ignore")).text.strip()
            if "%" in name:
                name = unquote(name)
            if FILE.fullmatch(name):
                return name
    last = unquote(parts.path.rpartition("/")[2], errors="replace")
    return (
        last
        if "\ufffd" not in last
        and FILE.fullmatch(last)
        and not re.search(r"\.(?:exe|apk|gif|png)$", last, re.IGNORECASE)
        else ""
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return re.sub(r"\s+", "", match.group(1)) if match else ""


def _expiry(text: str) -> str:
    match = EXPIRES.search(text)
    return next((group.strip() for group in match.groups() if group), "") if match else ""


def _expiry_in_address(href: str) -> str:
    match = re.search(r"[?&]expired?=(\d{10,13})(?:&|$)", href)
    return _from_stamp(match.group(1)) if match else ""


def _from_stamp(digits: str) -> str:
    """Unix time in seconds or milliseconds as Chinese time; empty where it is none."""
    if len(digits) not in (10, 13):
        return ""
    stamp = datetime.fromtimestamp(int(digits[:10]), CHINA)
    return f"{stamp.year}年{stamp.month}月{stamp.day}日 {stamp:%H:%M}"
