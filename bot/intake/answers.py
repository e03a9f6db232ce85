"""Decision -> finished mails: the answer to the sender, the notice to a unit whose form was returned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice

from msgspec import Struct
from msgspec.structs import asdict
from sqlite_utils import Database

from bot.base.replacing import replace
from bot.decision.facts import Case, KnownSubmission
from bot.decision.model import Decision, Item, ItemState, MailKind, Notice, Reply, StatusChange
from bot.decision.rules import Rules
from bot.decision.states import Status
from bot.decision.versions.standing import addresses_of, judged_to
from bot.decision.words.check_code import check_code
from bot.decision.words.granting import QUESTIONS, plain_reply, still_open, unit_reply
from bot.decision.words.requests import Request
from bot.forms.definitions import Definitions
from bot.forms.units.roster import Roster
from bot.letters.keys import answer_key, asked_key
from bot.letters.model import Envelope, Rendered
from bot.letters.render import Renderer
from bot.message.model import Message
from bot.store import outbox, state, tasks, token
from bot.store.database import Store
from bot.store.files.journal import mark
from bot.store.forms import submissions
from bot.store.mails import StoredMail
from bot.store.tasks import Task
from bot.store.token import secrets_of
from bot.store.waiting import reply_addresses

MOST_LETTERS = 1000  # that one mail causes


def queue_answers(
    store: Store,
    stored: StoredMail,
    case: Case,
    decision: Decision,
    renderer: Renderer,
    salt: str = "",
) -> dict[str, str]:
    """Queue every mail that goes out for this one, and what is to be answered after the commit; returns their Message-IDs as the journal keeps
    them. Call inside a transaction. *salt* tells a second answer from the first."""
    db, read, rules, now = store.db, case.read, case.rules, case.now
    at = now.isoformat(timespec="seconds")
    key_of = partial(answer_key, stored.sha256, salt)
    domain = renderer.office.domain
    told = not salt and state.is_answered(db, stored.received_at)
    given: dict[str, str] = {}
    ids = (token.message_id(db, key_of(number), domain) for number in range(MOST_LETTERS))
    letters = answers_to(store, stored, case, decision, renderer, ids)
    for number, one in enumerate(islice(letters, MOST_LETTERS)):
        key = key_of(number)
        outbox.queue(
            db,
            one.mail,
            dedupe_key=key,
            created_at=at,
            answers=stored.id,
            template=one.template,
            told=told,
            refs=one.refs,
            gather_at="" if read.at_desk or read.sender in rules.coordinators else due_of(db, one, now, rules),
        )
        given[mark(key)] = one.mail.message_id
    key = asked_key(stored.sha256, salt)
    task = asked_task(
        decision.request, envelope_of(read.message, rules), stored.id, key, token.message_id(db, key, domain)
    )
    if task is not None and not told:
        tasks.add(db, task, at)
        given[mark(key)] = task.argument["message_id"]
    return given


def due_of(db: Database, letter: Letter, now: datetime, rules: Rules) -> str:
    """When an answer goes out, gathered with others (ISO text); empty for at once. Whoever forges a unit's address again and again must not fill its
    mailbox with «请回复确认»: one an hour names all that wait."""
    to = letter.mail.to_addr
    gathered = outbox.gather_at(db, to, now, rules.gather_after)
    return gathered or (outbox.next_letter_at(db, to, now, "confirm") if letter.template == "confirm" else "")


def asked_task(request: Request | None, envelope: Envelope, mail: int, key: str, message_id: str) -> Task | None:
    """What *request* leaves to be done after the commit (``errands``); None where it is no question."""
    if request is None or request.wish not in QUESTIONS:
        return None
    told = {"argument": request.argument, "message_id": message_id, "envelope": asdict(envelope)}
    return Task(key, str(request.wish), told, mail)


def answers_to(
    store: Store,
    stored: StoredMail,
    case: Case,
    decision: Decision,
    renderer: Renderer,
    ids: Iterator[str],
) -> Iterator[Letter]:
    """Every mail that goes out for this one. *ids* gives each its Message-ID."""
    read, rules, now = case.read, case.rules, case.now
    envelope = envelope_of(read.message, rules)
    if decision.reply is not None and not decision.to_sender:
        yield reply_letter(store, decision.reply, envelope, rules.roster, renderer, now, ids)
    elif decision.reply is not None:
        if read.sender:
            sender = replace(envelope, to_email=read.sender, to_name=read.message.sender.name)
            yield reply_letter(store, decision.reply, sender, rules.roster, renderer, now, ids)
        yield reply_letter(store, receipt(read.sender), envelope, rules.roster, renderer, now, ids)
    for change in decision.changes:
        if change.is_judged:
            yield from judgement(store, change, rules.roster, renderer, now, ids)
    for notice in decision.notices:
        yield notice_letter(store, notice, rules.roster, renderer, now, ids)


def receipt(sender: str) -> Reply:
    """All that an address hears which only stands in Reply-To: nothing of any form."""
    words = f"来信已收到，办理情况已发往来信的邮箱{f' {sender}' if sender else ''}。为保护单位信息，本邮箱未曾用于报送，不再附内容。"
    return unit_reply("", "", words)


def notice_letter(
    store: Store, notice: Notice, roster: Roster, renderer: Renderer, now: datetime, ids: Iterator[str]
) -> Letter:
    envelope = Envelope(notice.to_email, "", notice.subject, is_answer=False)
    if notice.mail is not None:
        came = submissions.thread_of(store.db, notice.mail, notice.reply.ref)
        envelope = Envelope(notice.to_email, "", came["subject"], came["message_id"])
    return replace(reply_letter(store, notice.reply, envelope, roster, renderer, now, ids), template="notice")


class Letter(Struct, frozen=True):
    """One finished mail, the name of its template and the references that it shows, that of its subject first."""

    template: str
    mail: Rendered
    refs: tuple[str, ...] = ()


def reply_letter(
    store: Store,
    reply: Reply,
    envelope: Envelope,
    roster: Roster,
    renderer: Renderer,
    now: datetime,
    ids: Iterator[str],
) -> Letter:
    """*reply* with the check code of its reference, where its receiver is on record for that form (or nobody is)."""
    secrets = secrets_of(store.db)
    standing = submissions.current_of(store.db, (), [reply.ref])
    theirs = {address for one in standing for address in addresses_of(one, roster)}
    theirs |= reply_addresses(store.db, sorted(theirs))
    proves = bool(reply.ref and secrets) and (not standing or envelope.to_email in theirs)
    code = check_code(secrets[0], reply.ref) if proves else ""
    refs = dict.fromkeys((reply.ref, *(item.ref for item in reply.items))) if reply.ref else {}
    mail = renderer.reply(reply, envelope, next(ids), now, code)
    return Letter(reply.template, mail, tuple(ref for ref in refs if ref))


def envelope_of(message: Message, rules: Rules) -> Envelope:
    to = rules.answer_to(message)
    return Envelope(to.email, to.name, message.subject, message.message_id, message.references)


def judgement(
    store: Store, change: StatusChange, roster: Roster, renderer: Renderer, now: datetime, ids: Iterator[str]
) -> Iterator[Letter]:
    """Tell the unit what a person decided of its form, in the thread of the mail with which it came."""
    target = submissions.version(store.db, change.submission)
    to = judged_to(target, roster)
    if not to:
        return
    came = submissions.thread_of(store.db, target.mail, target.ref)
    if change.status == Status.ACCEPTED:
        current = next(iter(submissions.current_of(store.db, (), [target.ref])), target)
        reply = approval_of(current, change.reason, renderer.definitions)
    elif not change.is_return:
        # An update that was held: perhaps a stranger's, who is told nothing of what stands.
        because = (f"原因：{change.reason}",) if change.reason else ()
        words = (f"对受理号 {target.ref} 的更新经核实未采用，原登记继续有效。", *because)
        reply = plain_reply(target.ref, "更新未采用", words)
    else:
        reply = return_of(target, change.reason, renderer.definitions)
    envelope = Envelope(to, "", came["subject"], came["message_id"] if to == came["from_addr"] else "")
    yield replace(reply_letter(store, reply, envelope, roster, renderer, now, ids), template="returned")


def approval_of(target: KnownSubmission, but: str, definitions: Definitions) -> Reply:
    """*but*: what of it did not take effect."""
    words = (
        f"贵单位报送的{definitions.called(target.kind)}“{target.title}”（受理号 {target.ref}）经审核通过，已登记。",
        *filter(None, (but, still_open(target.problems))),
        "如有变动，请直接回复本邮件。",
    )
    item = Item(target.kind, ItemState.UPDATED, target.title, "", target.ref, target.version, target.unit)
    return replace(plain_reply(target.ref, "审核通过", words), unit=target.unit, items=(item,))


def return_of(target: KnownSubmission, reason: str, definitions: Definitions) -> Reply:
    words = (
        f"贵单位报送的{definitions.called(target.kind)}“{target.title}”（受理号 {target.ref}）经审核退回。",
        f"退回原因：{reason}" if reason else "请核对内容后重新报送。",
        "请改好后直接回复本邮件并附上文件，受理号不变。",
    )
    item = Item(target.kind, ItemState.NEEDS_CORRECTION, target.title, "", target.ref, target.version, target.unit)
    letter = plain_reply(target.ref, "登记已退回", words)
    return replace(letter, kind=MailKind.CORRECTION, unit=target.unit, items=(item,))
