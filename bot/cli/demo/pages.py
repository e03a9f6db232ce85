"""What the demo leaves to look at: each mail as .eml and .html, attachments as files, and one page that lists them all."""

from __future__ import annotations

import base64
import email
import email.policy
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from bot.letters.mime import file_name

STYLE = (
    "body{font:15px/1.6 'Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:1000px;margin:24px auto;padding:0 12px}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:6px 8px;text-align:left;vertical-align:top}"
    "h2{margin-top:28px;font-size:17px}"
)


@dataclass(frozen=True, slots=True)
class Saved:
    """One mail on disk. ``page`` is its HTML, ``files`` its attachments, ``text`` its plain text."""

    subject: str
    to: str
    message_id: str
    eml: Path
    page: Path
    files: tuple[Path, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One incoming mail in the account, with what came of it. *answer* is None where none was written."""

    what: str
    subject: str
    source: Path
    outcome: str
    ref: str
    why: str
    answer: Saved | None


def save_mail(raw: bytes, folder: Path, stem: str) -> Saved:
    """Write *raw* as ``stem.eml`` and ``stem.html`` (pictures inside), attachments beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    eml, page = folder / f"{stem}.eml", folder / f"{stem}.html"
    eml.write_bytes(raw)
    body = message.get_body(("html", "plain"))
    shown = cast(str, body.get_content()) if body else ""
    page.write_text(with_pictures(shown, message), encoding="utf-8")
    plain = message.get_body(("plain",))
    text = cast(str, plain.get_content()) if plain else ""
    files = []
    for part in message.iter_attachments():
        name = part.get_filename()
        content = part.get_content()
        if name and isinstance(content, bytes) and not name.lower().endswith(".docx"):
            files.append(folder / f"{stem}-{file_name(name)}")
            files[-1].write_bytes(content)
    return Saved(str(message["Subject"]), str(message["To"]), str(message["Message-ID"]), eml, page, tuple(files), text)


def with_pictures(page: str, message: EmailMessage) -> str:
    """*page* with ``cid:`` pictures put in as data, so that a browser shows what a mail program shows."""
    for part in message.walk():
        identity = str(part["Content-ID"] or "").strip("<>")
        if identity and part.get_content_maintype() == "image":
            data = base64.b64encode(cast(bytes, part.get_payload(decode=True))).decode()
            page = re.sub(rf"cid:{re.escape(identity)}(?=[\"'])", f"data:{part.get_content_type()};base64,{data}", page)
    return page


def write_index(out: Path, days: Sequence[tuple[str, Sequence[Line], Sequence[Saved]]]) -> Path:
    """The page that links every mail with its answer, day by day."""
    parts = [
        f"<!DOCTYPE html><html lang=zh-CN><meta charset=utf-8><title>演示结果</title><style>{STYLE}</style><h1>演示结果</h1>"
    ]
    for title, lines, digests in days:
        parts.append(f"<h2>{html.escape(title)}</h2>")
        if lines:
            parts.append("<table><tr><th>来信<th>情形<th>结果<th>答复</tr>")
            parts += [row(out, line) for line in lines]
            parts.append("</table>")
        for one in digests:
            books = "".join(f"，{link(out, path, path.suffix.lstrip('.'))}" for path in one.files)
            parts.append(f"<p>发给工作人员：{link(out, one.page, one.subject)}{books}</p>")
    path = out / "index.html"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def row(out: Path, line: Line) -> str:
    answer = (
        link(out, line.answer.page, line.answer.subject)
        if line.answer
        else f"不答复：{html.escape(line.why or '已答复过')}"
    )
    return (
        f"<tr><td>{link(out, line.source, line.subject)}<td>{html.escape(line.what)}"
        f"<td>{html.escape(f'{line.outcome} {line.ref}')}<td>{answer}</tr>"
    )


def link(out: Path, path: Path, text: str) -> str:
    return f'<a href="{html.escape(path.relative_to(out).as_posix())}">{html.escape(text)}</a>'
