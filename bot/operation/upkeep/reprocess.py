"""Stored mails read again with today's rules. What a mail gave before keeps its reference and version; only its content changes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future

from sqlite_utils import Database

from bot.base.replacing import replace
from bot.decision.compose import outcome_of
from bot.decision.decide import decide
from bot.decision.facts import IN_WORDS, KnownSubmission, RepliesToday
from bot.decision.model import Decision, ItemState, Settled
from bot.decision.states import Outcome, Status, outcome_label
from bot.documents.errors import ReaderError
from bot.intake import files
from bot.intake.answers import queue_answers
from bot.intake.gather import gather
from bot.intake.listen import listen, read_of
from bot.intake.parts import Parts, Understood
from bot.intake.record import record, version_of
from bot.operation.app import App
from bot.operation.campaigns.former import Former
from bot.operation.upkeep.opening import opened_ahead
from bot.operation.upkeep.purge import PURGED
from bot.store import mails
from bot.store.database import Store
from bot.store.files.raw import RawMailLost
from bot.store.forms import submissions, versions
from bot.store.mails import StoredMail


def reprocess(
    app: App, wanted: Sequence[str], everything: bool, with_reply: bool, stop: threading.Event
) -> Iterator[str]:
    """Read these mails (ids of v_messages or Message-IDs) again, or all; yields one line for each."""
    former = Former(app, app.store.journal.lines())
    active = app.settings.campaign.key
    for stored, parts, found in opened_ahead(
        to_open(app, former, mails.find(app.store.db, wanted, everything)), app.line
    ):
        if stop.is_set():
            return
        key = campaign_of(app, stored)
        if former.parts(key) is None:
            yield f"[{stored.id}] 以前的活动“{key}”的表格定义已不在，保持不变"
        elif key == active:
            yield read_again(parts, stored, found, with_reply)
        else:
            # As the store was then; whoever is killed here finds the active campaign's again with the next start.
            former.enter(key, app.clock())
            try:
                yield read_again(parts, stored, found, with_reply)
            finally:
                former.enter(active, app.clock())


def to_open(app: App, former: Former, wanted: Iterable[int]) -> Iterator[tuple[StoredMail, Parts, bool]]:
    """Each with the parts of its campaign, and whether it is read at all."""
    for identity in wanted:
        stored = mails.stored_mail(app.store.db, identity)
        parts = former.parts(campaign_of(app, stored))
        yield stored, parts or app.parts, parts is not None and not left_alone(app.store, stored)


def campaign_of(app: App, stored: StoredMail) -> str:
    return submissions.campaign_of_mail(app.store.db, stored.id) or app.settings.campaign.key


def read_again(parts: Parts, stored: StoredMail, found: Future[Understood] | None, with_reply: bool) -> str:
    """One mail. What came after it stands: an old mail read again is not newer than the versions, requests and decisions that followed."""
    store, now = parts.store, parts.clock()
    reason = left_alone(store, stored)
    if found is None or reason:
        return f"[{stored.id}] {reason}，保持不变"
    try:
        read = listen(read_of(stored, found.result(), parts), stored, parts)
    except (ReaderError, RawMailLost) as error:
        return f"[{stored.id}] 读不了：{error}"
    files.keep(store, read)
    with store.transaction() as db:
        case = gather(store, stored, read, parts.rules, now)
        known = case.known
        own = submissions.versions_of_mail(db, stored.id)
        known = replace(
            known,
            own=tuple(own),
            duplicate_of=None,
            submissions=tuple(without(known.submissions, own)),
            told=tuple(one for one in known.told if one.source not in {mine.ref for mine in own}),
            replies=RepliesToday(),
        )
        case = replace(case, known=known)
        decision = decide(case)
        kept = tuple(one for one in decision.settled if one.own)
        overtaken = [one for one in decision.settled if not one.own and is_overtaken(db, stored, one)]
        fresh = tuple(one for one in decision.settled if not one.own and one not in overtaken)
        gone = [one for one in own if one.ref not in {settled.ref for settled in kept}]
        if not own and not any(one.is_stored for one in fresh) and (overtaken or decision.outcome == Outcome.COMMAND):
            return f"[{stored.id}] 此后另有来信，保持不变"
        for one in kept:
            version = version_of(store, read, one, stored.id)
            versions.replace_version(db, one.own.id if one.own else 0, version, stored.id)
        for lost in gone:
            versions.set_status(db, lost.id, Status.REJECTED)
        versions.drop_file_problems(db, stored.id)
        told = str(next(db.query("SELECT ref FROM mail WHERE id = ?", [stored.id]))["ref"])
        differs = bool(gone) or any(one.is_stored for one in fresh) or any(is_changed(one) for one in kept)
        again = replace(
            decision,
            outcome=outcome_again(decision, kept, fresh) if own else decision.outcome,
            settled=fresh,
            ref=told
            or decision.ref,  # the number that the sender was told; a new one is used up only where one is needed
            last_number=decision.last_number if any(one.is_stored for one in fresh) or not told else 0,
            reply=decision.reply if with_reply and differs else None,
            notices=decision.notices if with_reply and differs else (),
        )
        salt = now.isoformat() if with_reply else ""
        record(store, stored, case, again)
        ids = queue_answers(store, stored, case, again, parts.letters, salt)
        store.journal.read_again(stored.id, stored.sha256, again.new_references, ids)
    return line(stored, again, kept, gone)


def left_alone(store: Store, stored: StoredMail) -> str:
    """Why a mail is not read again: it gave no forms but words, which took effect when they came; or nothing is left of it."""
    row = next(store.db.query("SELECT outcome, why FROM mail WHERE id = ?", [stored.id]))
    if row["why"] == PURGED:
        return "已清除"
    if row["outcome"] == Outcome.COMMAND or stored.folder == mails.DESK:
        return "指令"
    if mails.is_stand_in(store.db, stored.id):
        return "服务器还没有给出这封邮件，程序每天再取一次"
    if row["outcome"] == Outcome.IGNORED and row["why"].startswith("duplicate"):
        return "重复的邮件"
    if any(one.content.get(IN_WORDS) for one in submissions.versions_of_mail(store.db, stored.id)):
        return "文字答复"
    return ""


def is_overtaken(db: Database, stored: StoredMail, one: Settled) -> bool:
    """A form that would become a further version, although its content was here before this mail or another version came after it."""
    if one.before is None:
        return False
    mail = (stored.received_at, stored.id)
    return submissions.is_repeated(db, one.ref, one.content_hash, mail) or submissions.is_followed(db, one.ref, mail)


def is_changed(one: Settled) -> bool:
    old = one.own
    if old is None:
        return False
    decided = old.content.get("decided", {})
    return (
        one.content_hash != old.content_hash
        or (one.unit != old.unit and "unit" not in decided)
        or (
            old.status in {Status.ACCEPTED, Status.NEEDS_CORRECTION}
            and one.status != old.status
            and "status" not in decided
        )
    )


def outcome_again(decision: Decision, kept: Sequence[Settled], fresh: Sequence[Settled]) -> Outcome:
    """The outcome as it was when the mail's own forms were new: read again they are «unchanged», the mail was not."""
    first = [replace(one, state=state_at_first(one)) for one in kept]
    return outcome_of([*first, *fresh], [problem for _, problem in decision.file_problems])


def state_at_first(one: Settled) -> ItemState:
    if one.own is not None and one.own.status == Status.HELD:
        return ItemState.HELD
    return ItemState.UPDATED if one.form.is_correct else ItemState.NEEDS_CORRECTION


def without(present: Sequence[KnownSubmission], own: Sequence[KnownSubmission]) -> list[KnownSubmission]:
    return [one for one in present if one.id not in {mine.id for mine in own}]


def line(stored: StoredMail, again: Decision, kept: Sequence[Settled], gone: Sequence[KnownSubmission]) -> str:
    told = [f"{one.ref} {'有变化' if is_changed(one) else '无变化'}" for one in kept]
    told += [f"{one.ref} 新读出" for one in again.settled if one.is_stored]
    told += [f"{one.ref} 不再读得出，已标为不采用" for one in gone]
    return "　".join([f"[{stored.id}] {outcome_label(again.outcome)}", *(["，".join(told)] if told else [])])
