"""Bytes -> what they say: message, documents, forms. Everything that looks at foreign bytes runs in the guarded worker."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.decision.facts import Heard, Known, Read, is_submission
from bot.decision.words.about import forms_about, text_of
from bot.decision.words.hearing import Words, hear, words_of
from bot.documents.context import ReadContext
from bot.documents.errors import OutOfTime, ReaderError
from bot.documents.formats.mails.read import blobs_of
from bot.documents.formats.ocr.strips import cut_strips
from bot.documents.guard import Guard, Here, Runner
from bot.documents.model import Document, Spot
from bot.documents.open import is_over_time, open_all, read_file
from bot.documents.registry import reader_for
from bot.documents.sniff import Sniffed, sniff
from bot.forms.definitions import PACKAGED_CAMPAIGN, load_definitions
from bot.forms.entry.scans import is_unclear
from bot.forms.model import Form, Kind, Value
from bot.forms.photos import put_together, read_photos
from bot.forms.together import KnownActivities, check_together
from bot.forms.units.assign import assign_units
from bot.forms.units.roster import Roster
from bot.intake.parts import Head, Reading, Understood
from bot.message.model import Message
from bot.message.parse import parse_message
from bot.statements.model import Letter
from bot.statements.read import read_letter

MAX_HEAD = 256 * 2**10
STRIP_SECONDS = 10.0
NEVER = datetime.min.replace(tzinfo=UTC)  # no word depends on when the mail came

USUAL = "您好，第一批，材料见附件，请查收。"  # nobody's own words


def warm() -> None:
    """What nearly every mail needs is loaded and made before there is one: for the process from which all that read are forked."""
    for name in ("docx", "xlsx"):
        reader_for(Sniffed(name))
    parse_message(f"Subject: form\nContent-Type: text/plain; charset=utf-8\n\n{USUAL}".encode())
    form = Form(Kind.REGISTRATION, "", "docx", {"activity_name": Value("科普讲座")}, definition="registration")
    campaign = Campaign(PACKAGED_CAMPAIGN, date.min, date.max)
    hear(Words("", USUAL, USUAL, beside=True), [form], load_definitions(), campaign)


def read_head(raw: bytes, guard: Guard, rules: Reading) -> Head:
    """What the header of a mail says whose structure is too much for the worker. ``ReaderError`` where the header is, too."""
    head = re.split(rb"\r?\n\r?\n", raw[:MAX_HEAD], maxsplit=1)[0] + b"\r\n\r\n"
    message = guard.run(parse_message, head, rules.own, seconds=rules.limits.seconds)
    return Head(message.sender.email, message.subject, message.message_id)


def read_whole(raw: bytes, name: str, rules: Reading, letters: Sequence[str]) -> Understood:
    """A whole mail, for ``listen.read_quickly``. Runs in the worker."""
    found = opened(parse_message(raw, rules.own, letters), name, Here(), rules, is_quick=True)
    heard = heard_beside(found, rules) if found.is_whole else None
    # What the documents say stands in the forms; the bot's process has no other use for it.
    return replace(found, documents=tuple(replace(one, blocks=()) for one in found.documents), heard=heard)


def heard_beside(found: Understood, rules: Reading) -> Heard | None:
    """What the words beside forms say where nothing waits for them and no coordinator writes, as it is nearly always: ``still_says`` finds out. None
    where no form came: then the store must tell first what the letter may be about."""
    read = Read(found.message, found.documents, found.forms, NEVER)
    if not read.submissions():
        return None
    words, about = words_of(read, Known(), from_coordinator=False), forms_about(read, Known(), rules.definitions)
    return Heard() if words.is_empty else hear(words, about, rules.definitions, rules.campaign)


def opened(message: Message, name: str, guard: Runner, rules: Reading, *, is_quick: bool = False) -> Understood:
    """The documents and forms of *message*, each file in a call of its own (of *guard*). *name* is the mail's own, with which all paths begin."""
    context = ReadContext(rules.limits, passwords=message.passwords, quick=is_quick)
    documents = open_all(blobs_of(message, name), guard, context)
    forms, late = forms_in(documents, guard, rules)
    forms = with_strips(forms, documents, guard, context)
    told = tuple(replace(one, unfinished=True) if one.path in late else one for one in documents)
    return Understood(message, told, tuple(forms))


def parsed(raw: bytes, guard: Guard, rules: Reading, sent: Callable[[Message], Sequence[str]]) -> Message:
    """The mail taken apart; what it quotes of the letters in *sent* is known to be ours."""
    message = guard.run(parse_message, raw, rules.own, seconds=rules.limits.seconds)
    if letters := sent(message):
        message = guard.run(parse_message, raw, rules.own, letters, seconds=rules.limits.seconds)
    return message


def read_paths(
    paths: Sequence[Path], guard: Guard, rules: Reading
) -> tuple[list[Document], list[Form], list[tuple[str, Letter]]]:
    """Files from the command line; ``OSError`` where one cannot be opened. The forms of one unit are checked against each other; each mail's
    letter stands with its path."""
    documents: list[Document] = []
    forms: list[Form] = []
    units: list[str] = []
    letters: list[tuple[str, Letter]] = []
    for path in paths:
        mail = mail_in(path, guard, rules)
        opened = read_file(path, guard, ReadContext(rules.limits, passwords=mail.passwords if mail else ()))
        found, _ = forms_in(opened, guard, rules)
        letters += [(str(path), letter_in(mail, found, guard, rules))] if mail else []
        documents += opened
        forms += found
        # What names no unit belongs to the other forms of its file.
        units += [guess.name or str(path) for guess in assign_units(found, Roster(), "", ())]
    checked = check_together(forms, units, KnownActivities(), rules.definitions, Roster())
    return documents, checked, letters


def mail_in(path: Path, guard: Guard, rules: Reading) -> Message | None:
    """The mail that a file on disk is; None where it is none."""
    raw = path.read_bytes() if path.stat().st_size <= rules.limits.max_total else b""
    if sniff(raw, path.name) != "eml":
        return None
    return guard.run(parse_message, raw, rules.own, seconds=rules.limits.seconds)


def letter_in(message: Message, forms: Sequence[Form], guard: Guard, rules: Reading) -> Letter:
    """What a mail's words say beside its own forms; nothing is known of any thread."""
    own = [form for form in forms if is_submission(form)]
    arguments = (text_of(message), own, rules.definitions, rules.campaign, False, bool(own))
    return guard.run(read_letter, *arguments, seconds=rules.limits.seconds)


def forms_in(documents: Sequence[Document], guard: Runner, rules: Reading) -> tuple[list[Form], set[str]]:
    """The forms of all documents in their order, and the paths of those for which time ran out. A mail's own text counts only where it is
    a form or has a problem to tell."""
    late: set[str] = set()
    light = [slim(document) for document in documents if not is_our_own(document, rules.own)]
    try:
        found = guard.run(read_photos, light, rules.definitions, rules.campaign, seconds=rules.limits.seconds)
    except ReaderError:
        until = guard.used + rules.limits.total_seconds
        found = [form for document in light for form in read_alone(document, guard, rules, until, late)]
    bodies = {document.path for document in documents if document.is_body}
    told = [
        form for form in found if not (form.path in bodies and form.kind is Kind.UNRECOGNISED and not form.problems)
    ]
    return put_together(told), late


def with_strips(
    forms: Sequence[Form], documents: Sequence[Document], guard: Runner, context: ReadContext
) -> list[Form]:
    """*forms* with the part of the picture at each value that a scan does not show for certain; as they are where none can be cut."""
    data = {document.path: document for document in documents if document.ocr and document.data}
    return [with_strips_of(form, data, guard, context) if form.ocr else form for form in forms]


def with_strips_of(form: Form, data: Mapping[str, Document], guard: Runner, context: ReadContext) -> Form:
    parts = [dict(form.fields), *(dict(row) for row in form.rows)]
    wanted: dict[str, dict[tuple[int, str], Spot]] = {}
    for number, fields in enumerate(parts):
        for key, value in fields.items():
            place = next((place for place in value.places if place.spots), None)
            if place is not None and is_unclear(value):
                wanted.setdefault(place.path or form.path, {})[number, key] = place.spots[0]
    for path, spots in wanted.items():
        if path not in data:
            continue
        given = (data[path].data, data[path].name, list(spots.values()), context.passwords)
        try:
            strips = guard.run(cut_strips, *given, seconds=STRIP_SECONDS)
        except ReaderError:
            continue
        for (number, key), strip in zip(spots, strips, strict=True):
            parts[number][key] = replace(parts[number][key], strip=strip)
    return replace(form, fields=parts[0], rows=tuple(parts[1:]))


def is_our_own(document: Document, own: Sequence[str]) -> bool:
    """Part of a mail that we wrote: a unit attached our answer, its tables are no forms of theirs."""
    return any(f"<{address}>" in document.inner_sender or document.inner_sender == address for address in own)


def slim(document: Document) -> Document:
    """The document without bytes: form recognition needs none."""
    return replace(document, data=b"", pictures=tuple(replace(picture, data=b"") for picture in document.pictures))


def read_alone(document: Document, guard: Runner, rules: Reading, until: float, late: set[str]) -> list[Form]:
    """One document in a call of its own, so that a hostile one costs only itself; none once the guard has ``used`` *until*."""
    try:
        if guard.used > until:
            raise OutOfTime("total_seconds")
        return guard.run(read_photos, [document], rules.definitions, rules.campaign, seconds=rules.limits.seconds)
    except ReaderError as error:
        if is_over_time(error):
            late.add(document.path)
        message = f"{document.name}：{error.told(document.format)}"
        problem = Problem(error.code, error.severity, message, place=document.path)
        return [Form(Kind.UNRECOGNISED, document.path, document.format, problems=(*document.problems, problem))]


def too_large(path: str, most: int) -> Form:
    """What stands for the parts of a mail of which only the header was fetched; *most* in bytes."""
    message = f"邮件超过 {most // 2**20} MB，附件未能读取。请压缩图片、去掉视频或分几封发送。"
    problem = Problem(Code.TOO_LARGE, Severity.ERROR, message, place=path)
    return Form(Kind.UNRECOGNISED, path, "eml", problems=(problem,))
