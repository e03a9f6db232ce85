"""Files that the sender left behind a download link: found by address, by marked elements and by wording around a link.

Only what the sender wrote now is to be given: links in quoted history are not new. Nothing is ever fetched.
"""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from urllib.parse import parse_qs, unquote, urlsplit

from bot.message.charsets import decode_bytes, scrub
from bot.message.encoded_words import clean
from bot.message.html_text import Element, descendants, lines_of, parse_html
from bot.message.identity import CHINA
from bot.message.model import CloudLink

MAX_LINKS = 50
MAX_EXAMINED = 1000
_ENDINGS = (
    "docx?|docm|dotx?|wps|wpt|rtf|odt|xlsx?|xlsm|xlsb|et|ett|csv|ods|pptx?|dps|pdf|ofd|txt|zip|rar|7z|tar|t?gz|iso|jpe?g|png|bmp|gif|tiff?|heic|"
    "webp|mp4|mov|avi|wmv|mkv|flv|m4v|mp3|wav|m4a|eml|msg|psd|ai|cdr|dwg|exe|apk"
)
_FILE = re.compile(rf"[^\s/\\:*?\"<>|\n][^/\\:*?\"<>|\t\n]{{0,150}}?\.(?:{_ENDINGS})(?![A-Za-z0-9])", re.IGNORECASE)
_SIZE = re.compile(
    r"(?<![\w.])(\d{1,4}(?:[.,]\d{1,3})?\s*(?:[KMGT]i?B?|bytes?|B|字节|兆)|\d{1,12}\s*(?:bytes?|字节))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DAY = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
_EXPIRES = re.compile(
    rf"(?:过期时间|到期时间|有效时间到|有效期至?|有效期限|失效时间|截止时间|保存至|expires?(?:\s+on)?)\s*[:：]?\s*({_DAY}|无限期|永久(?:有效)?|\d+\s*天)"
    rf"|({_DAY})\s*(?:到期|过期|失效|前有效)|(无限期|永久有效)|(\d+\s*天)(?:后|内)?(?:到期|过期|有效)",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"超大附件|云附件|大附件|文件中转|中转站|网盘附件|邮箱网盘|文件快递|big\s*attachment|large\s*attachment|cloud\s*attachment",
    re.IGNORECASE,
)
_WEAK = re.compile(r"有效期|到期|过期|失效|下载|提取码|访问码|提取文件|文件大小|download|expire", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"'“”‘’（）《》「」，。；、\u4e00-\u9fff]{4,2000}", re.IGNORECASE)

# Addresses under which providers keep what did not fit into a mail.
_KEPT_BY_PROVIDER = re.compile(
    r"fs\.163\.com/|X-NETEASE-HUGE-ATTACHMENT|(?:^|[/.])mail\.(?:163|126|yeah|188)\.(?:com|net)/(?:large-attachment-download|filehub|.*bigattach)|"
    r"dashi\.163\.com/html/cloud-attachment|edisk\.qiye\.163\.com/|qiye\.163\.com/.*(?:attachment|netdisk|edisk)|"
    r"/cgi-bin/ftnExs_download|mail\.qq\.com/ftn/download|\.ftn\.qq\.com/|mail\.qq\.com/cgi-bin/(?:ftn|exs)|exmail\.qq\.com/.*ftn|"
    r"download\.cloud\.189\.cn/|189\.cn/file/downloadFile|mail\.sina\.(?:com\.cn|cn|com)/filecenter/|filecenter/download\.php|"
    r"(?:mail\.10086\.cn|\.139\.com)/.*(?:attach|file|disk|largefile|download)|(?:icloud|icloud\.com\.cn)\.com/attachment/|cvws\.icloud-content\.com/|"
    r"mail\.sohu\.com/.*(?:bigattach|netdisk)|mail\.aliyun\.com/.*(?:attach|netdisk|download)|qiye\.aliyun\.com/.*(?:attach|netdisk|download)|"
    r"coremail/.*(?:nf|netfolder|largeattach)|/netfolder/|[?&]func=(?:nf|lj):",
    re.IGNORECASE,
)
_SHARES: tuple[tuple[str, str], ...] = (
    (r"docs\.qq\.com/(?:doc|sheet|pdf|slide|aio|smartsheet|mind|flowchart|document|desktop|dop-api|s)\b", "腾讯文档"),
    (r"(?:kdocs\.cn|wps\.cn)/(?:l|p|view|office|wo|join|latest|team|folder)\b", "金山文档"),
    (r"(?:pan|yun)\.baidu\.com/(?:s|share|e)\b", "百度网盘"),
    (r"(?:aliyundrive|alipan)\.com/(?:s|t)\b", "阿里云盘"),
    (r"(?:share\.)?weiyun\.com/", "腾讯微云"),
    (r"cloud\.189\.cn/(?:t|web/share)\b|content\.21cn\.com/", "天翼云盘"),
    (r"(?:caiyun|yun)\.139\.com/", "移动云盘"),
    (r"pan\.quark\.cn/s\b", "夸克网盘"),
    (r"pan\.xunlei\.com/s\b", "迅雷云盘"),
    (r"(?:115|anxia)\.com/s\b", "115网盘"),
    (r"123(?:pan|684|865|912|592)\.(?:com|cn)/s\b", "123云盘"),
    (r"lanzou[a-z]?\.com/|lanzou[a-z]\.com/|lanzoux\.com/", "蓝奏云"),
    (r"jianguoyun\.com/p\b", "坚果云"),
    (r"(?:feishu|larksuite|larkoffice)\.(?:cn|com)/(?:file|docx?|docs|sheets|drive|wiki|base)\b", "飞书文档"),
    (r"shimo\.im/(?:docs|sheets|file|folder|presentation)\b", "石墨文档"),
    (r"alidocs\.dingtalk\.com/|space\.dingtalk\.com/|dingpan|qr\.dingtalk\.com/page/yunpan", "钉盘"),
    (r"drive\.weixin\.qq\.com/s|doc\.weixin\.qq\.com/(?:doc|sheet)", "企业微信微盘"),
    (r"1drv\.ms/|onedrive\.live\.com/|sharepoint\.(?:com|cn)/:?[a-z]?:?", "OneDrive"),
    (r"drive\.google\.com/|docs\.google\.com/(?:document|spreadsheets|file)", "Google Drive"),
    (r"dropbox\.com/(?:s|scl|t)\b|wetransfer\.com/downloads|we\.tl/", "网盘"),
    (r"icloud\.com(?:\.cn)?/(?:iclouddrive|pages|numbers)", "iCloud"),
    (r"ctfile\.com/|cowtransfer\.com/|wss\.com?/f|musetransfer\.com/|yunpan\.(?:360\.)?cn/", "网盘"),
)
_SHARE_RES = tuple(
    (
        re.compile(
            rf"^https?://(?:[\w-]+\.)*{pattern}"
            if not pattern.startswith("(?:")
            else rf"^https?://(?:[\w-]+\.)*(?:{pattern})",
            re.IGNORECASE,
        ),
        name,
    )
    for pattern, name in _SHARES
)
# Adverts for the mail program which stand beside the real link, and the provider's help pages.
_ADVERT = re.compile(
    r"^https?://(?:u\.163\.com|(?:www\.)?mail\.163\.com/dashi|dashi\.163\.com/(?!html/cloud)|help\.|service\.mail\.qq\.com|(?:app|m)\.mail|www\.foxmail\.com|mail\.10086\.cn/?$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    href: str
    own: str  # text of the link itself
    around: str  # text of the line or block in which it stands
    name: str = ""
    size: str = ""
    expires: str = ""
    marked: bool = False  # an element that only cloud attachments have


def cloud_links(html: str, text: str) -> tuple[CloudLink, ...]:
    """Files behind links in *html* and plain *text*, each once, at most 50. Never raises, never fetches."""
    root = parse_html(html) if html else None
    found: list[CloudLink] = []
    candidates = [*(_in_html(root) if root is not None else ()), *_in_text(text)]
    whole = "\n".join(line.text for line in lines_of(root)) if root is not None else ""
    strong = bool(_STRONG.search(whole) or _STRONG.search(text))
    for candidate in candidates:
        link = _judged(candidate, strong)
        if link is not None:
            _add(found, replace(link, name=clean(link.name), href=scrub(link.href)))
    return tuple(found[:MAX_LINKS])


def _judged(candidate: _Candidate, strong: bool) -> CloudLink | None:
    href = candidate.href
    if not href.lower().startswith(("http://", "https://")) or _ADVERT.match(href):
        return None
    share = next((name for pattern, name in _SHARE_RES if pattern.search(href)), "")
    name = candidate.name or _name_in_address(href) or _name_in(candidate.own) or ""
    near = _name_in(candidate.around)
    size = candidate.size or _first(_SIZE, candidate.around)
    expires = candidate.expires or _expiry(candidate.around) or _expiry_in_address(href)
    kept = candidate.marked or bool(_KEPT_BY_PROVIDER.search(href))
    worded = bool(_WEAK.search(candidate.around) or _WEAK.search(candidate.own))
    if kept or (strong and worded and (name or near or size)):
        return CloudLink(name or near, href, size, expires)
    if share:
        return CloudLink(name or near or share, href, size, expires)
    ends_in_file = bool(_name_in_address(href))
    if worded and (name or near) and (size or expires or (ends_in_file and "下载" in candidate.around)):
        return CloudLink(name or near, href, size, expires)
    return None


def _add(found: list[CloudLink], link: CloudLink) -> None:
    """Each file once: picture, name and button all link to it, and the text part repeats it."""
    for place, known in enumerate(found):
        same_name = (
            bool(link.name) and link.name == known.name and (not link.size or not known.size or link.size == known.size)
        )
        if _key(known.href) == _key(link.href) or (
            same_name and urlsplit(known.href).netloc == urlsplit(link.href).netloc
        ):
            named = known.name if _FILE.search(known.name) or not link.name else link.name
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
        )


def _linked(node: Element) -> str:
    if node.tag in ("link", "base"):
        return ""
    return node.get("href") or node.get("downloadlink") or node.get("data-href") or ""


_MARKED_CLASS = re.compile(
    r"qqmailbgattach|bigattach-mailmaster|bigatt_bt|foxmail_hugeattachment|netease.*(?:big|cloud)attach", re.IGNORECASE
)
_MARKED_ID = re.compile(
    r"divNeteaseBigAttach|divNeteaseSiriusCloudAttach|QQMailBigAttach|FoxmailClientBigAttach|att_container",
    re.IGNORECASE,
)


def _marks(node: Element, block: Element) -> bool:
    """Classes of the link and its nearest surroundings; a container's id counts only where the link looks like a file."""
    if _MARKED_CLASS.search(node.get("class", "")) or node.get("downloadlink"):
        return True
    near: Element | None = node
    for _ in range(12):
        if near is None:
            return False
        if _MARKED_CLASS.search(near.get("class", "")) and near is not node:
            return bool(_FILE.search(_visible(block)) or _FILE.search(near.get("title", "")))
        if _MARKED_ID.search(near.get("id", "")):
            return bool(_FILE.search(_visible(block)) or node.get("download") or node.get("filename"))
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
        if _SIZE.search(text) and _FILE.search(text):
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
        if _FILE.fullmatch(first):
            return first
    for node in _near(block):
        for key in ("file-name", "filename", "title"):
            first = html_entities.unescape(node.get(key, "")).split("\n")[0].strip()
            if _FILE.fullmatch(first):
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
    return next((found for node in _near(block) if (found := _first(_SIZE, node.get("title", "")))), "")


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
            while above >= max(0, number - 3) and not (_FILE.search(_URL.sub(" ", around)) and _SIZE.search(around)):
                if _URL.search(lines[above]):
                    break
                around = f"{lines[above][:500]} {around}"
                above -= 1
            below = lines[number + 1][:300] if number + 1 < len(lines) and not _URL.search(lines[number + 1]) else ""
            yield _Candidate(href, "", f"{_URL.sub(' ', around)} {below}")


def _name_in(text: str) -> str:
    """The last file name in *text*, without a heading's words before it."""
    found = [match.group().strip() for match in _FILE.finditer(_URL.sub(" ", text))]
    if not found:
        return ""
    name = re.sub(r"^.*(?:超大附件|云附件|大附件|附件名称?|文件名称?|文件|附件|下载)\s*[:：]\s*", "", found[-1])
    name = re.sub(r"^.*?(?:发来的(?:超大附件|云附件))\s*", "", name)
    name = re.sub(r"^【[^】]{0,30}】\s+", "", name)
    if "】" in name and "【" not in name:
        name = name.rpartition("】")[2]
    name = re.sub(r"^(?:进入下载页面|下载地址|点击下载|下载|打开|预览)[:：\s]*", "", name)
    return name.strip(" -·•[]【】")


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
            if _FILE.fullmatch(name):
                return name
    last = unquote(parts.path.rpartition("/")[2], errors="replace")
    return (
        last
        if "\ufffd" not in last
        and _FILE.fullmatch(last)
        and not re.search(r"\.(?:exe|apk|gif|png)$", last, re.IGNORECASE)
        else ""
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return re.sub(r"\s+", "", match.group(1)) if match else ""


def _expiry(text: str) -> str:
    match = _EXPIRES.search(text)
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
