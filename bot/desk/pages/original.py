"""The frames and downloads of one activity: its original with the place of a value marked, the letters of its thread, the official form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from starlette.responses import Response

from bot.decision.versions.content import stored_form
from bot.desk.evidence import paper, sheets
from bot.desk.evidence.originals import document_of, find
from bot.desk.evidence.paper import STYLE, Marks, Said
from bot.desk.pages.activity import definition_of, number, spot_of, versions_of
from bot.desk.visit import Visit, get
from bot.digest.package.file_names import file_name
from bot.digest.package.printers import Printers
from bot.documents.errors import ReaderError
from bot.documents.formats.ocr.strips import cut_strips
from bot.forms.model import Place, Value
from bot.store.desk import activity
from bot.store.files.raw import RawMailLost

GONE = "原件已不在（可能已清理或尚未恢复），可在“来信”中查看该邮件的记录。"
NOT_FOUND = "没有记下这一栏在原件中的位置，下面是原件全文。"


def original(visit: Visit) -> Response:
    """The original of one version with the place of one value marked."""
    _, one = versions_of(visit)
    form = stored_form(one.form, visit.desk.definitions)
    row, key = number(visit.query.get("row", "")), visit.query.get("field", "")
    fields: Mapping[str, Value] = form.rows[row] if 0 <= row < len(form.rows) else form.fields
    places = fields[key].places if key in fields else ()
    path = (places[0].path if places else "") or one.form.source_path
    try:
        body = list(drawn(visit, path, [place for place in places if (place.path or path) == path]))
    except (ReaderError, RawMailLost) as error:
        body = [paper.note(f"原件不能显示：{error}")]
    if not one.is_current:
        body.insert(0, paper.note(f"第{one.form.version}版，不是现行版本。"))
    if key and not places:
        body.insert(0, paper.note(NOT_FOUND))
    return visit.frame(paper.page(body), style=STYLE)


def strip(visit: Visit) -> Response:
    """The part of a scan where one value stands, as the sender was shown it."""
    _, one = versions_of(visit)
    form = stored_form(one.form, visit.desk.definitions)
    row, key = number(visit.query.get("row", "")), visit.query.get("field", "")
    value = (form.rows[row] if 0 <= row < len(form.rows) else form.fields).get(key)
    spot = spot_of(value) if value else None
    if value is None or spot is None:
        raise visit.missing()
    try:
        path = next((place.path for place in value.places if place.spots and place.path), one.form.source_path)
        found = visit.there(find(visit.desk, visit.db, path))
        blob = visit.there(found.blob)
        arguments = (blob.data, blob.name, [spot], found.message.passwords)
        (jpeg,) = visit.desk.guard.run(cut_strips, *arguments, seconds=visit.desk.guard.limits.seconds)
    except (ReaderError, RawMailLost) as error:
        raise visit.missing() from error
    if not jpeg:
        raise visit.missing()
    return visit.picture(jpeg, "image/jpeg")


def drawn(visit: Visit, path: str, places: Sequence[Place]) -> Iterator[str]:
    found = find(visit.desk, visit.db, path)
    if found is None:
        yield paper.note(GONE)
        return
    marks = Marks(places)
    blob = found.blob
    if blob is not None and not blob.is_body and sheets.is_sheets(blob.data, blob.name):
        spots = [spot for place in places for spot in place.spots]
        at = (spots[0].page, spots[0].turn) if spots else (1, 0)
        guard = visit.desk.guard
        arguments = (blob.data, blob.name, *at, found.message.passwords)
        pages = guard.run(sheets.draw, *arguments, seconds=guard.limits.seconds)
        yield from paper.sheets(pages.shown, spots)
        yield paper.note(f"共{pages.pages}页，全文请下载原件") if pages.pages > len(pages.shown) else ""
        return
    document = document_of(visit.desk, found)
    if document is not None and document.blocks:
        yield from paper.drawn(document, marks)
    else:
        yield from paper.letter(letter_of(found.message.sender.email, found.message.subject, found.message.text), marks)


def letter_of(sender: str, subject: str, text: str, **more: str) -> Said:
    return Said(text, {"发件人": sender, "主题": subject, **more})


def letter_in(visit: Visit) -> Response:
    """A mail of the thread as it came."""
    versions_of(visit)
    mail = number(visit.path["mail"])
    if mail not in {letter["id"] for letter in activity.letters(visit.db, visit.path["ref"])}:
        raise visit.missing()
    try:
        found = visit.there(find(visit.desk, visit.db, f"{mail}.eml"))
    except (ReaderError, RawMailLost) as error:
        return visit.frame(paper.page([paper.note(f"来信不能显示：{error}")]), style=STYLE)
    files = "、".join(part.name for part in found.message.parts if part.name)
    said = letter_of(found.message.sender.email, found.message.subject, found.message.text, 附件=files)
    return visit.frame(paper.page(paper.letter(said, Marks(()))), style=STYLE)


def download(visit: Visit) -> Response:
    _, one = versions_of(visit)
    blob = visit.there(visit.there(find(visit.desk, visit.db, one.form.source_path)).blob)
    return visit.download(blob.name, blob.data)


def reprint(visit: Visit) -> Response:
    """The stored values on the official form."""
    _, one = versions_of(visit)
    visit.there(definition_of(visit, one))
    printer = visit.there(Printers(visit.desk.definitions, visit.desk.guard).of(one.form))
    version = "" if one.is_current else f" 第{one.form.version}版"
    name = file_name(f"{one.form.ref}{version} {one.form.title}", one.form.ref, 60)
    return visit.download(f"{name}{printer.suffix}", printer.printed(one.form.content))


ROUTES = (
    get("/activity/{ref}/original", original),
    get("/activity/{ref}/strip", strip),
    get("/activity/{ref}/letter/{mail}", letter_in),
    get("/activity/{ref}/file", download),
    get("/activity/{ref}/form.docx", reprint),
)
