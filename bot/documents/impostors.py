"""A file that is named like a document but is what a web server answered instead of it: a log-in page, an error page, JSON."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from bot.documents.errors import Damaged
from bot.documents.formats.html.read import decode_html
from bot.documents.model import Blob, Document, Table
from bot.message.mime.charsets import decode_bytes

# Names under which no clerk means to send a web page or program data.
_DOCUMENT_NAMES = frozenset(
    ".doc .docx .docm .dot .dotx .wps .wpt .xls .xlsx .xlsm .xlsb .et .pdf .odt .ods .rtf .ppt .pptx .zip .rar .7z .ofd".split()  # noqa: SIM905 (one list of words)
)
_PASSWORD = re.compile(r"""<input[^>]{0,300}\btype\s*=\s*["']?password""", re.IGNORECASE)
_LOG_IN = re.compile(r"登\s?[录陆]|身份认证|扫码|验证码|sign\s?in|log\s?in|password", re.IGNORECASE)
_ERROR = re.compile(
    r"\b(?:40[0-9]|50[0-9])\b.{0,40}(?:not found|forbidden|unauthori[sz]ed|bad|error|unavailable|错误|禁止|找不到|不存在|无权)"
    r"|(?:文件|页面|链接|资源|分享).{0,8}(?:不存在|已失效|已过期|已被删除|找不到)|access\s?denied|无权(?:限)?访问",
    re.IGNORECASE | re.DOTALL,
)
_LIVE = re.compile(r"<(?:script|form|iframe|frameset|noscript)\b|http-equiv\s*=\s*[\"']?refresh", re.IGNORECASE)
_OFFICE = re.compile(
    r"urn:schemas-microsoft-com:office|mso-|generator[^>]{0,80}(?:word|excel|office|wps|kingsoft)", re.IGNORECASE
)
_SERVER_ERROR = re.compile(r"(?:<\?xml[^>]*\?>\s*)?<(?:error|response|result)\b", re.IGNORECASE)
_MOST = 2_000_000  # bytes that are looked at
_LITTLE_TEXT = 300  # characters: the shell of a web application, a notice; a report saved as a page is longer


class NotADocument(Damaged):
    """What arrived is no document at all; ``what`` (Chinese) names it."""

    advice = "请重新下载原文件，打开核对后再发送"

    def __init__(self, what: str) -> None:
        super().__init__(f"a {what} under the name of a document")
        self.finding = f"收到的不是文档，而是{what}"


def refuse_impostor(blob: Blob, document: Document) -> None:
    """Raises ``NotADocument`` where *document*, read from *blob*, is nothing that somebody may have written under this name.

    Old systems save forms as HTML under the name .doc or .xls: a page is only refused where it asks for a password, or where it
    is live (scripts, forms, redirections) and holds neither a filled table nor much text.
    """
    if blob.is_body or PurePosixPath(blob.name.lower().strip()).suffix not in _DOCUMENT_NAMES:
        return
    what = (
        _page(blob.data, document) if document.format == "html" else _data(decode_bytes(blob.data[:_MOST]).text.strip())
    )
    if what:
        raise NotADocument(what)


def _page(data: bytes, document: Document) -> str:
    source = decode_html(data[:_MOST])
    if _PASSWORD.search(source):
        return "一个登录网页"
    if _OFFICE.search(source) or any(_is_filled(table) for table in document.tables()):
        return ""
    text = "".join(block.text for block in document.paragraphs())
    if len(text) > _LITTLE_TEXT:
        return ""
    shown = f"{document.title} {text}"
    if _ERROR.search(shown):
        return "一个网页的出错提示"
    if not _LIVE.search(source):
        return ""
    return "一个登录网页" if _LOG_IN.search(shown) else "一个网页"


def _is_filled(table: Table) -> bool:
    return sum(bool(cell.text.strip()) for cell in table.cells) > 3


def _data(text: str) -> str:
    if text[:1] in ("{", "["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return ""
        return "一段程序数据（JSON）" if isinstance(found, dict | list) else ""
    return "一段服务器的出错信息" if _SERVER_ERROR.match(text) else ""
