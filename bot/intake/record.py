"""One decision -> rows of the store: versions, problems, reviews, what waits, and the mail itself. Inside one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from bot.base.text import name_key
from bot.decision.facts import BASE, IN_WORDS, AwaitedAct, Case, Read
from bot.decision.model import Decision, ItemState, ReviewItem, Settled, StatusChange
from bot.decision.on_the_way import sent_at, taken_at
from bot.decision.states import ReviewReason, Status
from bot.decision.versions.content import changed_keys, plain_fields, row_text, said_in
from bot.decision.versions.standing import address_of_origin, is_on_record, shows_results
from bot.decision.words.passed_on import words_for_person
from bot.decision.words.requests import is_authentic
from bot.forms.definitions import Definitions
from bot.forms.model import Form, Kind
from bot.intake.files import note_files, placed_pictures
from bot.message.model import Message
from bot.store import mails, outbox, reviews, state, waiting
from bot.store.database import Store
from bot.store.desk import acts, overlay
from bot.store.forms import activities, nil_reports, submissions, versions
from bot.store.forms.activities import pair_all_for
from bot.store.forms.versions import NewVersion
from bot.store.lists import search
from bot.store.mails import StoredMail

MOST_WORDS = 4000  # characters of a letter that stand with a review


def record(
    store: Store,
    stored: StoredMail,
    case: Case,
    decision: Decision,
) -> None:
    """Write one decision down. Call inside a transaction."""
    read, rules = case.read, case.rules
    db, message, at = store.db, read.message, case.now.isoformat(timespec="seconds")
    mails.describe(
        db,
        stored.id,
        message_id=message.message_id,
        other_ids=message.other_ids,
        from_addr=read.sender,
        subject=message.subject,
        content_key=case.known.content_key,
        unit=unit_of(case, decision),
        alike=case.known.alike_key,
        sent_at=sent_at(message, read.received),
        taken_at=taken_at(message, read.received, rules.trusted_servers),
    )
    changed = about_office(decision)
    before = acts.snapshot(db, *changed) if decision.told else {}
    identities = {(one.ref, one.version): add(store, stored, case, one) for one in decision.settled if one.is_stored}
    for change in decision.changes:
        apply(store, change, at, read.sender, rules.definitions)
    carry_out(db, stored.id, case, decision, at)
    note_waiting(db, stored.id, decision, identities, at)
    for unit in decision.nil_units:
        nil_reports.report_nil(db, unit, stored.received_at, stored.id)
    if shows_results(message.auth, rules.trusted_servers) and not state.get(db, state.SERVER_WRITES):
        state.put(db, state.SERVER_WRITES, "1")
    if is_certain(case) and (address := rules.answer_to(message).email) != read.sender:
        waiting.note_reply_address(db, read.sender, address)
    for path, problem in decision.file_problems:
        versions.add_problems(db, stored.id, [problem], path)
    if decision.last_number:
        versions.set_last_number(db, rules.campaign.year, decision.last_number)
    if decision.keeps_files:
        note_files(store, stored.id, read.documents, decision)
    note_reviews(store, stored.id, message, decision, identities, at)
    mails.close_mail(db, stored.id, decision.outcome, decision.why, decision.ref)
    search.say(db, stored.id, message.sender.name, file_names(read), message.new_text)
    if decision.told or decision.faults:
        deeds = dict.fromkeys(str(act.deed) for act in read.heard.acts)
        acts.note(db, stored.id, at, read.sender, list(deeds), decision.told, decision.faults, changed, before)


def carry_out(db: Database, mail: int, case: Case, decision: Decision, at: str) -> None:
    """What a coordinator's acts change beside the forms. Items are closed by what came, too."""
    by = case.read.sender
    if decision.undone:
        acts.take_back(db, decision.undone.mail, mail)
        outbox.call_off(db, decision.undone.mail)
    for one in decision.closed:
        reviews.close_items(db, [one.item], at, one.act, by)
    overlay.drop(db, decision.dropped)
    overlay.add(db, decision.added, at, by, mail)
    if decision.added or decision.dropped or decision.undone:
        pair_all_for(db, case.rules.roster)


def note_reviews(
    store: Store, mail: int, message: Message, decision: Decision, identities: Mapping[tuple[str, int], int], at: str
) -> None:
    """What waits for a person, each at the version that it is about. What the mail itself had left to a person before, because it failed, does no
    longer."""
    db = store.db
    of_ref = {ref: identity for (ref, _), identity in identities.items()}
    pending = {identities[one.ref, one.version] for one in decision.settled if one.is_stored and one.is_pending}
    reviews.close_failed(db, mail, at)
    for review in (*decision.reviews, *bounces(store, message)):
        about = of_ref.get(review.ref)
        # What waits for a «确认» is decided by that alone; the words beside it go on waiting for a person.
        is_beside = review.reason == ReviewReason.WORDS and about in pending
        if is_beside or (about is None and review.reason == ReviewReason.WITHDRAWAL):
            about = submissions.current_id(db, review.ref)
        reviews.add_review(db, mail, review, at, about, words=words_for_person(message)[:MOST_WORDS])


def file_names(read: Read) -> list[str]:
    """The files that came with the mail, those within archives too."""
    inner = [document.name for document in read.documents if not document.is_body]
    return [*(part.name for part in read.message.parts if part.name), *inner]


def about_office(decision: Decision) -> tuple[set[str], set[int], set[str]]:
    """The references, items and units of which a coordinator's acts change something; none where it is no coordinator's."""
    if not decision.told:
        return set(), set(), set()
    if past := decision.undone:
        return set(past.refs), set(past.items), set(past.units)
    refs = {change.ref for change in decision.changes} | {one.ref for one in decision.settled if one.is_stored}
    refs |= {ref for one in decision.orders for ref in one.refs}
    units = {*decision.nil_units, *(one.unit for one in (*decision.added, *decision.dropped))}
    units |= {one.about for one in decision.orders if one.about}
    return refs, {one.item for one in decision.closed}, units


def note_waiting(
    db: Database, mail: int, decision: Decision, identities: Mapping[tuple[str, int], int], at: str
) -> None:
    """What this mail leaves to a «确认», what it confirms, and what is out of date with it."""
    waiting.confirm(db, decision.confirmed, at)
    waiting.refuse(db, decision.refused, at)
    for one in decision.settled:
        identity = identities.get((one.ref, one.version))
        if one.state is ItemState.WAITING and identity is not None:
            base = one.before.id if one.before else None
            if base is None:  # the draft before this one
                waiting.supersede(db, one.ref, at)
            waiting.add(db, mail, one.ref, AwaitedAct.VERSION, at, submission=identity, base=base)
        elif identity is not None and not one.is_pending:
            in_words = one.before is not None and IN_WORDS in one.content
            told = changed_keys(one.content, one.before.content) if in_words and one.before else None
            waiting.supersede(db, one.ref, at, told)
    for ask in decision.asks:
        waiting.add(db, mail, ask.ref, ask.act, at, unit=ask.unit)
    for change in decision.changes:
        if change.status == Status.WITHDRAWN:
            waiting.supersede(db, change.ref, at)


def is_certain(case: Case) -> bool:
    """Whether the mail is the sender's own: the receiving server says so, or it shows that he got our letter."""
    if is_authentic(case.read.message, case.rules.trusted_servers):
        return case.read.message.is_from_one
    return any(one.ref in case.known.tokens and is_on_record(case, one) for one in case.known.submissions)


def unit_of(case: Case, decision: Decision) -> str:
    """Whose mail it is: the unit of its forms, else the roster's by the sender's address, else the one for which he wrote before. What a
    coordinator writes himself is no unit's."""
    read = case.read
    if read.sender in case.rules.coordinators:
        return next((one.unit for one in decision.settled if one.unit), "")
    listed = case.rules.roster.by_sender(read.sender)
    return next(
        (
            unit
            for unit in (
                *(one.unit for one in decision.settled),
                *(match.unit.name for match in listed[:1] if len(listed) == 1),
                *case.known.sender_units[:1],
            )
            if unit
        ),
        "",
    )


def apply(store: Store, change: StatusChange, at: str, by: str, definitions: Definitions) -> None:
    """Another status or unit for a stored form, as *by* decided. An approved version that was held takes the place of the one before."""
    db = store.db
    if change.unit:
        versions.set_unit(db, change.ref, change.unit)
        return
    if change.is_confirmed:
        if change.status == Status.REJECTED:
            versions.set_status(db, change.submission, change.status)
            versions.mark_decided(db, change.submission, "status")
        else:
            versions.put_in_force(db, change.submission, change.status)
        reviews.close_review(db, change.submission, at, "confirmed", by)
        return
    if change.status == Status.WITHDRAWN:
        store.before_commit(db)  # which rows list it must be known
        activities.withdraw_rows(db, change.submission)
    if change.status == Status.ACCEPTED:
        versions.accept(db, change.submission, definitions)
    else:
        versions.set_status(db, change.submission, change.status)
        versions.mark_decided(db, change.submission, "status")
    if change.merged_into:
        versions.mark_decided(db, change.submission, "merged_into", change.merged_into)
    if change.status in {Status.ACCEPTED, Status.WITHDRAWN}:
        is_gone = change.status == Status.WITHDRAWN
        reviews.close_reviews(db, change.submission, at, change.status, by, all_of_it=is_gone)
    elif change.status == Status.REJECTED and not change.is_return:
        reviews.close_review(db, change.submission, at, change.status, by)


def add(store: Store, stored: StoredMail, case: Case, one: Settled) -> int:
    origin = address_of_origin(case, one.form, one.unit, one.before)
    return versions.add_version(
        store.db, version_of(store, case.read, one, stored.id), stored.id, stored.received_at, origin
    )


def rows_of(form: Form) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The activities that a table lists; the entries of a registration (members, lines of a budget) are none."""
    rows = form.rows if form.kind is Kind.SUMMARY else ()
    return tuple((name_key(row_text(row, "activity_name")), plain_fields(row)) for row in rows)


def version_of(store: Store, read: Read, one: Settled, mail: int) -> NewVersion:
    """What is stored of one form; a report's pictures are on disk already (``files.keep``)."""
    content = said_in(one.content, f"{mail}.eml") | (
        {BASE: one.before.version} if one.is_pending and one.before else {}
    )
    if one.form.kind is Kind.REPORT:
        content["pictures"] = placed_pictures(store, read.documents, content.get("pictures", []))
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
        rows=rows_of(one.form),
        problems=one.form.problems,
    )


def bounces(store: Store, message: Message) -> list[ReviewItem]:
    """A non-delivery report is noted at the mail that it is about."""
    if not message.bounced_to:
        return []
    found = outbox.mark_bounced(store.db, message.bounced_to, outbox.ours(store.db, message.thread_ids))
    return (
        [ReviewItem(ReviewReason.BOUNCED, f"发给 {'、'.join(message.bounced_to)} 的回信被退回，请用其他方式联系")]
        if found
        else []
    )
