"""Between the pure decision and the store: what is known goes in, what was decided goes out, both inside one transaction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlite_utils import Database

from bot.base.text import fold, name_key
from bot.decision.decide import units_of
from bot.decision.facts import Act, Known, KnownSubmission
from bot.decision.model import Decision, StatusChange
from bot.decision.rules import Read, Rules
from bot.decision.versions.content import plain_fields, row_text
from bot.decision.versions.settle import IN_WORDS, Settled
from bot.decision.versions.standing import address_of_origin, addresses_of, is_on_record, shows_results
from bot.decision.words.check_code import shown_refs
from bot.decision.words.requests import REF, is_authentic
from bot.documents.model import Document, Picture
from bot.forms.model import Kind
from bot.forms.pairing import pair_key
from bot.forms.units.assign import UnitGuess
from bot.intake.answers import answers_to, envelope_of
from bot.intake.errands import asked_task
from bot.letters.model import ItemState
from bot.letters.render import Renderer
from bot.message.identity import plain_subject
from bot.message.model import Message
from bot.store import mails, outbox, state, submissions, tasks, token, waiting
from bot.store.activities import told_of
from bot.store.database import Store
from bot.store.files.journal import given_before, mark
from bot.store.files.raw import safe_name, write_durably
from bot.store.mails import StoredMail
from bot.store.submissions import NewVersion, ReviewItem

REFERENCE = re.compile(REF)
# Digits and whatever hangs together with them, blanks, and the days of the week.
DIGITS = re.compile(
    r"[A-Za-z]*\d[\w.:：/\-]*|[〇零一二三四五六七八九十]+(?=[月日号点时分年])|(?<=[周期])[一二三四五六日天]|\s+",
    re.ASCII,
)
MOST_COMPARED = 5000  # characters
DAY = timedelta(days=1)
MOST_WORDS = 4000  # characters of a letter that stand with a review
CONFIRM_WITHIN = timedelta(days=14)  # afterwards only a person decides
UNSORTED = "未归类"
MOST_LETTERS = 1000  # that one mail causes
SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/webp": ".webp",
}


def gather(
    store: Store, stored: StoredMail, read: Read, rules: Rules, now: datetime
) -> tuple[Known, tuple[UnitGuess, ...]]:
    """What the store knows that matters for this mail, and the unit of each of its forms."""
    db, message = store.db, read.message
    # A coordinator hands on what many units sent: that tells nothing of whose the next form is.
    earlier = () if read.sender in rules.coordinators else submissions.sender_units(db, read.sender)
    units = units_of(read, rules, earlier, submissions.units_seen(db))
    by_thread = submissions.refs_of_thread(db, message.thread_ids)
    answered = by_thread or tuple(dict.fromkeys(ref.upper() for ref in REFERENCE.findall(message.subject)))
    names = {guess.name or read.sender for guess in units}
    coded = shown_refs(f"{message.subject}\n{message.text}", token.secrets_of(db))
    letters = outbox.letters(db, message.thread_ids)
    # A subject names only the first of the forms that a letter is about.
    told = [mine for mine in outbox.letters(db, (), read.sender) if mine[2][0] in coded] if coded else []
    shown = {ref for _, _, refs in letters for ref in refs}
    asked = {*answered, *named(message), *coded, *shown}
    current = submissions.current_of(db, names, asked)
    has_table = any(form.kind is Kind.SUMMARY for form in read.forms) or any(
        one.kind is Kind.SUMMARY for one in current
    )
    known = Known(
        submissions=current,
        answered=answered,
        by_thread=bool(by_thread),
        replies=replace(
            submissions.replies_since(db, rules.answer_to(message).email, read.sender, (now - DAY).isoformat()),
            fruitless=submissions.fruitless_since(db, read.sender, (now - DAY).isoformat()),
            alike=mails.count_alike(db, stored.id, alike_key(message)),
        ),
        sender_units=earlier,
        last_number=submissions.last_number(db, rules.campaign.year),
        duplicate_of=mails.same_content(db, stored.id, content_key(message)),
        held_hashes=submissions.held_hashes(db, names),
        given=given_before(db, stored.sha256, [form.path for form in read.forms]),
        held=submissions.held_of(db, named(message)),
        worded=submissions.worded_since(db, answered, (read.received - DAY).isoformat()),
        versions=submissions.last_versions(db, [one.ref for one in current]),
        told=tuple(told_of(db, keys_of(read))) if has_table else (),
        waiting=waiting.about(
            db, asked, {mail for mail, _, _ in letters if mail is not None}, (now - CONFIRM_WITHIN).isoformat()
        ),
        tokens=frozenset(one.ref for one in current if has_token(db, one, coded, [*letters, *told], rules)),
        server_writes=rules.server_writes
        or shows_results(message.auth, rules.trusted_servers)
        or bool(state.get(db, state.SERVER_WRITES)),
    )
    return replace(known, is_reply_to_known=is_reply_to_known(db, read, known, rules)), units


def has_token(
    db: Database,
    one: KnownSubmission,
    coded: Collection[str],
    letters: Sequence[tuple[int | None, str, tuple[str, ...]]],
    rules: Rules,
) -> bool:
    """Whether the mail shows the form's code, or answers a letter about it that went to an address on record."""
    if one.ref in coded:
        return True
    theirs = addresses_of(one, rules.roster)
    theirs |= waiting.reply_addresses(db, sorted(theirs))
    return any(one.ref in refs and to in theirs for _, to, refs in letters)


def is_reply_to_known(db: Database, read: Read, known: Known, rules: Rules) -> bool:
    """Whether the answer may go where Reply-To says, forms and all: to the sender himself, to an address on record for a form in question,
    or where this sender asked for before in a mail that was certainly his."""
    address = rules.answer_to(read.message).email
    if address == read.sender:
        return True
    theirs = {
        one for form in known.submissions if is_on_record(read, form, rules) for one in addresses_of(form, rules.roster)
    }
    return address in theirs or (read.message.is_from_one and address in waiting.reply_addresses(db, [read.sender]))


def keys_of(read: Read) -> set[str]:
    """The names under which others may tell of this mail's activities."""
    rows = [row for form in read.forms for row in (form.rows or [form.fields])]
    return {pair_key(name_key(row_text(row, "activity_name"))) for row in rows} - {""}


def named(message: Message) -> tuple[str, ...]:
    """References that the mail itself names."""
    return tuple(ref.upper() for ref in REFERENCE.findall(f"{message.subject}\n{message.new_text[:2000]}"))


def alike_key(message: Message) -> str:
    """Equal for mails of one sender that differ in digits, days and running numbers only; what is attached counts as it is."""
    words = DIGITS.sub("", fold(f"{plain_subject(message.subject)}\n{message.new_text[:MOST_COMPARED]}"))
    digest = hashlib.sha256(f"{message.sender.email}\n{words}".encode("utf-8", "surrogatepass"))
    for part in message.parts:
        if not part.inline:
            digest.update(hashlib.sha256(part.data).digest())
    return digest.hexdigest()


def content_key(message: Message) -> str:
    """Equal for two copies of one mail, whichever servers they came through; empty where nothing identifies it."""
    if not message.message_id and not message.date:
        return ""
    digest = hashlib.sha256()
    for text in (message.message_id, message.sender.email, message.subject, str(message.date), message.text):
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    for part in message.parts:
        digest.update(hashlib.sha256(part.data).digest())
    return digest.hexdigest()


def record(
    store: Store,
    stored: StoredMail,
    read: Read,
    decision: Decision,
    known: Known,
    rules: Rules,
    renderer: Renderer,
    now: datetime,
    salt: str = "",
) -> dict[str, str]:
    """Write one decision down, the queued answers included; returns their Message-IDs as the journal keeps them. Call inside a
    transaction. *salt* tells a second answer from the first."""
    db, message, at = store.db, read.message, now.isoformat(timespec="seconds")
    mails.describe(
        db,
        stored.id,
        message_id=message.message_id,
        other_ids=message.other_ids,
        from_addr=read.sender,
        subject=message.subject,
        content_key=content_key(message),
    )
    mails.note_unit(db, stored.id, unit_of(db, read, decision, rules))
    mails.note_alike(db, stored.id, alike_key(message))
    identities = {
        (one.ref, one.version): add(store, stored, read, one, rules) for one in decision.settled if one.is_stored
    }
    of_ref = {ref: identity for (ref, _), identity in identities.items()}
    for change in decision.changes:
        apply(store, change, at, read.sender)
    note_waiting(db, stored.id, decision, identities, at)
    if shows_results(message.auth, rules.trusted_servers) and not state.get(db, state.SERVER_WRITES):
        state.put(db, state.SERVER_WRITES, "1")
    if is_certain(read, known, rules) and (address := rules.answer_to(message).email) != read.sender:
        waiting.note_reply_address(db, read.sender, address)
    for path, problem in decision.file_problems:
        submissions.add_problems(db, stored.id, [problem], path)
    if decision.last_number:
        submissions.set_last_number(db, rules.campaign.year, decision.last_number)
    if decision.outcome not in {"ignored", "command"}:
        save_files(store, stored.id, read.documents, decision)
    submissions.close_failed(db, stored.id, at)
    for review in (*decision.reviews, *bounces(store, message)):
        about = of_ref.get(review.ref)
        if about is None and review.reason == "withdrawal":
            about = submissions.current_id(db, review.ref)
        submissions.add_review(db, stored.id, review, at, about, words=message.new_text.strip()[:MOST_WORDS])
    keys = [f"answer:{stored.sha256}:{salt}:{number}" for number in range(MOST_LETTERS)]
    domain = renderer.settings.mailbox.address.rpartition("@")[2]
    told = not salt and state.is_answered(db, stored.received_at)
    given: dict[str, str] = {}
    letters = answers_to(
        store, stored, read, decision, rules, renderer, now, (token.message_id(db, key, domain) for key in keys)
    )
    for key, one in zip(keys, letters, strict=False):
        outbox.queue(
            db,
            one.mail,
            dedupe_key=key,
            created_at=at,
            answers=stored.id,
            template=one.template,
            told=told,
            refs=one.refs,
            gather_at=""
            if read.sender in rules.coordinators
            else outbox.gather_at(db, one.mail.to_addr, now, rules.gather_after),
        )
        given[mark(key)] = one.mail.message_id
    key = f"answer:{stored.sha256}:{salt}:asked"
    task = asked_task(decision.request, envelope_of(message, rules), stored.id, key, token.message_id(db, key, domain))
    if task is not None and not told:
        tasks.add(db, task, at)
        given[mark(key)] = task.argument["message_id"]
    mails.close_mail(db, stored.id, decision.outcome, decision.why, decision.ref)
    return given


def note_waiting(
    db: Database, mail: int, decision: Decision, identities: Mapping[tuple[str, int], int], at: str
) -> None:
    """What this mail leaves to a «确认», what it confirms, and what is out of date with it."""
    waiting.confirm(db, decision.confirmed, at)
    for one in decision.settled:
        identity = identities.get((one.ref, one.version))
        if one.state is ItemState.WAITING and identity is not None:
            base = one.before.id if one.before else None
            waiting.add(db, mail, one.ref, Act.VERSION, at, submission=identity, base=base)
        elif identity is not None and not one.is_pending and IN_WORDS not in one.content:
            waiting.supersede(db, one.ref, at)
    for ask in decision.asks:
        waiting.add(db, mail, ask.ref, ask.act, at, unit=ask.unit)
    for change in decision.changes:
        if change.status == "withdrawn":
            waiting.supersede(db, change.ref, at)


def is_certain(read: Read, known: Known, rules: Rules) -> bool:
    """Whether the mail is the sender's own: the receiving server says so, or it shows that he got our letter."""
    if is_authentic(read.message, rules.trusted_servers):
        return read.message.is_from_one
    return any(one.ref in known.tokens and is_on_record(read, one, rules) for one in known.submissions)


def unit_of(db: Database, read: Read, decision: Decision, rules: Rules) -> str:
    """Whose mail it is: the unit of its forms, else the roster's by the sender's address, else the one for which he wrote before."""
    listed = rules.roster.by_sender(read.sender)
    return next(
        (
            unit
            for unit in (
                *(one.unit for one in decision.settled),
                *(match.unit.name for match in listed[:1] if len(listed) == 1),
                *submissions.sender_units(db, read.sender)[:1],
            )
            if unit
        ),
        "",
    )


def apply(store: Store, change: StatusChange, at: str, by: str) -> None:
    """Another status or unit for a stored form, as *by* decided. An approved version that was held takes the place of the one before."""
    db = store.db
    if change.unit:
        submissions.set_unit(db, change.ref, change.unit)
        return
    if change.is_confirmed:
        submissions.put_in_force(db, change.submission, change.status)
        submissions.close_review(db, change.submission, at, "confirmed", by)
        return
    if change.status == "accepted":
        submissions.accept(db, change.submission)
    else:
        submissions.set_status(db, change.submission, change.status)
        submissions.mark_decided(db, change.submission, "status")
    if change.status in {"accepted", "withdrawn"}:
        submissions.close_reviews(db, change.submission, at, change.status, by)
    elif change.status == "rejected" and not change.is_return:
        submissions.close_review(db, change.submission, at, change.status, by)


def add(store: Store, stored: StoredMail, read: Read, one: Settled, rules: Rules) -> int:
    origin = address_of_origin(read, one.before, rules)
    return submissions.add_version(store.db, version_of(store, read, one), stored.id, stored.received_at, origin)


def version_of(store: Store, read: Read, one: Settled) -> NewVersion:
    """What is stored of one form; a report's pictures are written to disk."""
    content = dict(one.content)
    if one.form.kind is Kind.REPORT:
        content["pictures"] = keep_pictures(store, read.documents, content.get("pictures", []))
    return NewVersion(
        ref=one.ref,
        kind=one.form.kind,
        unit=one.unit,
        title=one.form.text("activity_name") or one.form.title,
        match_key=one.match_key,
        name_key=one.name_key,
        version=one.version,
        is_current=not one.is_pending,
        is_late=one.is_late,
        status=one.status,
        source_path=one.form.path,
        content=content,
        content_hash=one.content_hash,
        rows=tuple((name_key(row_text(row, "activity_name")), plain_fields(row)) for row in one.form.rows),
        problems=one.form.problems,
    )


def keep_pictures(
    store: Store, documents: Sequence[Document], listed: Sequence[dict[str, object]]
) -> list[dict[str, object]]:
    """The report's pictures, each stored once under its content's name."""
    data: dict[str, Picture] = {}
    for document in documents:
        for picture in document.pictures:
            data.setdefault(hashlib.sha256(picture.data).hexdigest(), picture)
    kept = []
    for entry in listed:
        sha256 = str(entry["sha256"])
        picture = data[sha256]
        suffix = SUFFIXES.get(picture.content_type) or PurePosixPath(picture.name).suffix[:8]
        path = store.files / "pictures" / sha256[:2] / f"{sha256}{suffix}"
        if not path.is_file() or path.stat().st_size != len(picture.data):  # lost or emptied by a disk that failed
            write_durably(path, picture.data)
        kept.append({**entry, "file": str(path.relative_to(store.root))})
    return kept


def save_files(store: Store, mail: int, documents: Iterable[Document], decision: Decision) -> None:
    """Attachments under safe names in folders by unit. The place depends on the mail only: repeated after a crash, it is the same."""
    units = list(dict.fromkeys(one.unit for one in decision.settled))
    for number, document in enumerate(documents, 1):
        if document.is_body or not document.data:
            continue
        unit = decision.units_of_paths.get(document.path) or (units[0] if len(units) == 1 else UNSORTED)
        folder = store.files / safe_name(unit, UNSORTED) / f"{mail:06d}"
        path = folder / safe_name(f"{number:02d}-{document.name}")
        write_durably(path, document.data)
        submissions.save_file(store.db, mail, document.path, document.sha256, str(path.relative_to(store.root)), unit)


def bounces(store: Store, message: Message) -> list[ReviewItem]:
    """A non-delivery report is noted at the mail that it is about."""
    if not message.bounced_to:
        return []
    found = outbox.mark_bounced(store.db, message.bounced_to, message.thread_ids)
    return (
        [ReviewItem("bounced", f"发给 {'、'.join(message.bounced_to)} 的回信被退回，请用其他方式联系")] if found else []
    )
