"""What the store knows that matters for one mail."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlite_utils import Database

from bot.base.replacing import replace
from bot.base.text import fold
from bot.decision.facts import Case, Known, KnownSubmission, OpenItem, PastAct, Read
from bot.decision.office.reading import Act, Deed, narrow
from bot.decision.rules import Rules
from bot.decision.states import GONE, Status
from bot.decision.versions.standing import addresses_of, is_on_record, shows_results
from bot.decision.words.check_code import shown_refs
from bot.decision.words.requests import REF
from bot.forms.model import Kind
from bot.forms.pairing import Told
from bot.forms.together import activities
from bot.forms.units.assign import UnitGuess, assign_units
from bot.forms.units.file import FREE_MAIL
from bot.forms.units.roster import Match
from bot.message.identity import bare_subject, plain_subject
from bot.message.model import Message
from bot.message.origin.robots import takes_answers
from bot.store import mails, outbox, reviews, senders, state, token, waiting
from bot.store.database import Store
from bot.store.desk.acts import find, last_about
from bot.store.desk.overlay import as_of_now
from bot.store.files.journal import given_before
from bot.store.forms import submissions
from bot.store.forms.activities import told_about
from bot.store.mails import StoredMail

REFERENCE = re.compile(REF)

# Digits and whatever hangs together with them, blanks, and the days of the week.
DIGITS = re.compile(
    r"[A-Za-z]*\d[\w.:：/\-]*|[〇零一二三四五六七八九十]+(?=[月日号点时分年])|(?<=[周期])[一二三四五六日天]|\s+",
    re.ASCII,
)

MOST_COMPARED = 5000  # characters

NUMBER = re.compile(r"(?<![\dKPkp-])\d{1,6}(?!\d)")

DAY = timedelta(days=1)

CONFIRM_WITHIN = timedelta(days=14)  # afterwards only a person decides


class About(Struct, frozen=True):
    """What a mail may be about, before any form of the store was looked at.

    ``units`` are those of its forms, ``earlier`` those for which its sender wrote before, ``names`` all whose forms may be meant (an address
    for forms that name no unit). ``thread`` are the ids of our letters that it answers, ``letters`` these letters, ``proofs`` those that
    only their receiver can know. ``answered`` are the references that it answers, nearest first; ``named`` those that it names itself, or
    by the number of a thing that waits; ``coded`` those whose check code it shows; ``refs`` all of them. ``past`` is what is to be undone;
    ``items`` and ``noticed`` are what waits for the coordinator who writes. ``is_office``: a coordinator writes, or did it at the desk.
    """

    units: tuple[UnitGuess, ...]
    earlier: tuple[str, ...]
    names: frozenset[str]
    thread: tuple[str, ...]
    letters: Sequence[outbox.Shown]
    proofs: Sequence[outbox.Shown]
    answered: tuple[str, ...]
    named: frozenset[str]
    coded: frozenset[str]
    refs: frozenset[str]
    past: PastAct | None
    items: tuple[OpenItem, ...]
    noticed: tuple[int, ...]
    is_office: bool

    @property
    def answered_mails(self) -> list[int]:
        """The mails that were answered by the letters that this one answers."""
        return [one.mail for one in self.letters if one.mail is not None]


def gather(store: Store, stored: StoredMail, read: Read, rules: Rules, now: datetime) -> Case:
    """What was read of this mail, with what the store knows that matters for it, and the unit of each of its forms."""
    db = store.db
    rules = replace(rules, roster=as_of_now(db, rules.roster))
    about = about_of(db, read, rules)
    own = () if about.units or not read.sender else submissions.refs_from(db, read.sender)
    current = submissions.current_of(db, about.names, {*about.refs, *own})
    case = Case(read, about.units, Known(current), rules, now)
    for add in (add_forms, add_tables, add_waiting, add_sender, add_thread):
        case = replace(case, known=add(case.known, db, case, about))
    content, alike = keys_of(read.message)
    known = replace(
        case.known,
        content_key=content,
        alike_key=alike,
        duplicate_of=mails.same_content(db, stored.id, content),
        given=given_before(db, stored.sha256, [form.path for form in read.forms]),
        last=None if about.units or about.is_office else senders.last_mail(db, read.sender, stored.id),
        replies=replace(case.known.replies, alike=mails.count_alike(db, stored.id, alike)),
        last_number=submissions.last_number(db, rules.campaign.year),
    )
    return replace(case, known=replace(known, is_reply_to_known=is_reply_to_known(db, replace(case, known=known))))


def about_of(db: Database, read: Read, rules: Rules) -> About:
    message, from_coordinator = read.message, read.sender in rules.coordinators
    is_office = read.at_desk or from_coordinator
    # A coordinator hands on what many units sent: that tells nothing of whose the next form is.
    earlier = () if from_coordinator else senders.sender_units(db, read.sender)
    units = units_of(read, rules, earlier, senders.units_seen(db))
    thread = outbox.ours(db, message.thread_ids)
    letters = outbox.letters(db, thread)
    coded = frozenset(shown_refs(f"{message.subject}\n{message.text}", token.secrets_of(db)))
    # A subject names only the first of the forms that a letter is about.
    told = [one for one in outbox.letters(db, (), read.sender) if one.refs[0] in coded] if coded else []
    answered = answered_in(db, read, thread, has_forms=bool(units), from_coordinator=from_coordinator)
    past = next((find(db, act.about) for act in read.heard.acts if act.deed is Deed.UNDO), None)
    items, noticed = items_for(db, read, thread, rules, past)
    spoken_of = {*named(read), *(item.ref for item in items if item.ref and is_spoken_of(item, noticed, read))}
    shown = {ref for one in letters for ref in one.refs}
    names = {guess.name or read.sender for guess in units} or set(earlier)
    names |= nil_units_in(read.heard.acts, items, rules) if is_office else set()
    if not units and not is_office:
        # Whom the roster names may speak of what another sent for his unit; a colleague of his waits for a person.
        listed = rules.roster.by_sender(read.sender)
        names |= {match.unit.name for match in listed if match.certain or len(listed) == 1}
    return About(
        units=units,
        earlier=earlier,
        names=frozenset(names),
        thread=thread,
        letters=letters,
        # An id that a mail house made is no token: nobody knows how it makes them (docs/decisions/009).
        proofs=[*outbox.letters(db, message.thread_ids), *told],
        answered=answered,
        named=frozenset(spoken_of),
        coded=coded,
        refs=frozenset({*answered, *spoken_of, *coded, *shown, *(past.refs if past else ())}),
        past=past,
        items=items,
        noticed=noticed,
        is_office=is_office,
    )


def answered_in(
    db: Database, read: Read, thread: Sequence[str], *, has_forms: bool, from_coordinator: bool
) -> tuple[str, ...]:
    """The references that the mail answers: those of its thread, else of its subject, else the only one that a letter names."""
    message = read.message
    # A coordinator's threads are about many units' forms: what he writes there is meant for none of them by itself.
    by_thread = senders.refs_of_thread(db, thread, as_shown=not from_coordinator)
    answered = by_thread or tuple(dict.fromkeys(ref.upper() for ref in REFERENCE.findall(message.subject)))
    if not answered and not has_forms:
        # A letter of its own may name the form that it is about.
        inside = {ref.upper() for ref in REFERENCE.findall(message.new_text[:2000])}
        answered = tuple(inside) if len(inside) == 1 else ()
    return submissions.as_merged(db, answered)


def add_forms(known: Known, db: Database, case: Case, about: About) -> Known:
    """The stored forms in question: whose they are, which wait, which versions there are."""
    current, sender = known.submissions, case.read.sender
    is_letter = not about.units
    mine = tuple(one for one in current if is_letter and one.status != Status.WITHDRAWN and is_on_record(case, one))
    is_colleague = is_letter and not mine and not about.is_office
    drafts = waiting.drafts(db, about.names, about.refs, sender)
    held = submissions.held_of(db, about.named)
    return replace(
        known,
        mine=mine,
        colleagues=living_of(current, case.rules.roster.by_sender(sender)) if is_colleague else (),
        others=tuple(one for one in current if about.units and is_others(one, case)),
        answered=about.answered,
        drafts=drafts,
        held=held,
        bases={one.id: base for one in held if (base := submissions.base_of(db, one))},
        held_hashes=submissions.held_hashes(db, about.names),
        earlier_hashes=submissions.earlier_hashes(db, about.names) if about.units else frozenset(),
        versions=submissions.last_versions(db, [one.ref for one in (*current, *drafts)]),
        worded=submissions.worded_since(
            db, {*about.answered, *(one.ref for one in mine)}, (case.read.received - DAY).isoformat()
        ),
        tokens=frozenset(
            one.ref for one in (*current, *drafts) if has_token(db, one, about.coded, about.proofs, case.rules)
        ),
    )


def add_tables(known: Known, db: Database, case: Case, about: About) -> Known:
    """Where a table is among the forms: what was told of its activities before, and the other units' forms that it may list."""
    kinds = {*(form.kind for form in case.read.forms), *(one.kind for one in known.submissions)}
    if Kind.SUMMARY not in kinds:
        return known
    told = tuple(told_about(db, told_by_mail(case.read, about.units)))
    others = {one.source for one in told if not one.is_row and one.unit not in about.names}
    return replace(known, told=told, listed=submissions.current_of(db, (), others) if others else ())


def add_waiting(known: Known, db: Database, case: Case, about: About) -> Known:
    """What waits for a «确认», for a person, or for the coordinator who writes, and what he did last."""
    read, since = case.read, (case.now - CONFIRM_WITHIN).isoformat()
    away = reviews.asked_away(db, about.answered_mails)
    drafted = {one.ref for one in known.drafts if one.from_addr == read.sender} - about.refs
    return replace(
        known,
        waiting=waiting.about(db, about.refs, set(about.answered_mails), since),
        drafted=waiting.about(db, drafted, (), since),
        unread=reviews.unread_of(db, read.sender) if read.sender else (),
        which=tuple(number for number, is_named in away if not is_named),
        asked_away=tuple(number for number, _ in away),
        items=about.items,
        noticed=about.noticed,
        last_acts=last_about(db, set(about.named), numbers_in(read)) if read.at_desk else (),
        to_undo=about.past,
    )


def add_sender(known: Known, db: Database, case: Case, about: About) -> Known:
    """For whom he wrote before, how often he was answered, and whether our server tells who he is."""
    read, rules, now = case.read, case.rules, case.now
    to, yesterday = rules.answer_to(read.message).email, (now - DAY).isoformat()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
    return replace(
        known,
        sender_units=about.earlier,
        replies=replace(
            senders.replies_since(db, to, read.sender, yesterday),
            fruitless=senders.fruitless_since(db, read.sender, yesterday),
            steps=senders.steps_since(db, to, midnight),
        ),
        server_writes=rules.server_writes
        or shows_results(read.message.auth, rules.trusted_servers)
        or bool(state.get(db, state.SERVER_WRITES)),
    )


def add_thread(known: Known, db: Database, case: Case, about: About) -> Known:
    """Which letter of ours it answers."""
    by_office = not about.units and outbox.are_by_office(db, about.thread)
    return replace(known, thread=thread_of(db, case.read.message, about.letters), answers_office=by_office)


def is_others(one: KnownSubmission, case: Case) -> bool:
    """Whether it is an activity of the sender's that stands."""
    return one.kind is Kind.REGISTRATION and one.status not in GONE and is_on_record(case, one)


def living_of(forms: Sequence[KnownSubmission], listed: Sequence[Match]) -> tuple[KnownSubmission, ...]:
    """Of *forms* those of the one unit that is *listed*."""
    unit = listed[0].unit.name if len(listed) == 1 else ""
    return tuple(one for one in forms if unit and one.unit == unit and one.status not in GONE)


def items_for(
    db: Database, read: Read, thread: Sequence[str], rules: Rules, past: PastAct | None
) -> tuple[tuple[OpenItem, ...], tuple[int, ...]]:
    """For a coordinator's mail what waits for a person and what it speaks of, and which of that the answered notice tells."""
    if read.at_desk:
        return reviews.items_about(db, sorted({*numbers_in(read), *(past.items if past else ())}), named(read)), ()
    if read.sender not in rules.coordinators:
        return (), ()
    # A program that drops the thread keeps the subject.
    # So does who answers our answer to his answer.
    subject = bare_subject(read.message.subject)
    noticed = reviews.told_in(db, thread) or reviews.told_in(db, outbox.notices_called(db, read.sender, subject))
    return reviews.items_about(db, sorted({*noticed, *numbers_in(read)}), named(read)), noticed


def numbers_in(read: Read) -> set[int]:
    """The items that may be spoken of."""
    if read.at_desk:
        return {number for act in read.heard.acts for number in act.numbers}
    return set(map(int, NUMBER.findall(narrow(read.message.new_text[:MOST_COMPARED]))))


def is_spoken_of(item: OpenItem, noticed: Collection[int], read: Read) -> bool:
    return item.id in noticed or item.id in numbers_in(read)


def nil_units_in(acts: Sequence[Act], items: Sequence[OpenItem], rules: Rules) -> set[str]:
    """Units of which a coordinator says that they have nothing to report: whether forms of theirs stand."""
    written = [name for act in acts if act.deed is Deed.NIL for name in re.split(r"[、,，;；\n]+", act.text)]
    senders_there = [item.sender for item in items if acts]
    found = {match.unit.name for name in written if (match := rules.roster.match(name.strip()))}
    return (
        found | {match.unit.name for one in senders_there for match in rules.roster.by_sender(one)[:1]}
        if acts
        else found
    )


def thread_of(db: Database, message: Message, letters: Sequence[outbox.Shown]) -> str | None:
    """The reference of the letter of ours that the mail answers, by its thread or (where the program drops that) by its subject."""
    found = [one.refs for one in letters]
    if not found and (subject := plain_subject(message.subject)) != message.subject.strip():
        newest = outbox.newest_to(db, message.sender.email)
        found = [refs for ours, refs in newest if plain_subject(ours) == subject]
    return next((refs[0] for refs in found if refs), "") if found else None


def has_token(
    db: Database,
    one: KnownSubmission,
    coded: Collection[str],
    letters: Sequence[outbox.Shown],
    rules: Rules,
) -> bool:
    """Whether the mail shows the form's code, or answers a letter about it that went to an address on record."""
    if one.ref in coded:
        return True
    theirs = addresses_of(one, rules.roster)
    theirs |= waiting.reply_addresses(db, sorted(theirs))
    return any(one.ref in letter.refs and letter.to in theirs for letter in letters)


def is_reply_to_known(db: Database, case: Case) -> bool:
    """Whether the answer may go where Reply-To says, forms and all: to the sender himself, to an address on record for a form in question,
    or where this sender asked for before in a mail that was certainly his."""
    read, roster = case.read, case.rules.roster
    address = case.rules.answer_to(read.message).email
    if address == read.sender:
        return True
    if read.message.is_from_one and not takes_answers(read.sender):
        # «noreply@» of an office system reads nothing: who wrote it is a colleague in the same house, or stands on record himself.
        on_record = {one for form in case.known.submissions for one in addresses_of(form, roster)}
        on_record |= {one for guess in case.units if (match := roster.match(guess.name)) for one in match.unit.emails}
        if address in on_record or is_in_house(address, read.sender):
            return True
    theirs = {one for form in case.known.submissions if is_on_record(case, form) for one in addresses_of(form, roster)}
    return address in theirs or (read.message.is_from_one and address in waiting.reply_addresses(db, [read.sender]))


def is_in_house(address: str, other: str) -> bool:
    """Whether two addresses are of one office: the same domain or one below the other, and not one where everybody has a mailbox."""
    one, two = sorted((address.rpartition("@")[2], other.rpartition("@")[2]), key=len)
    return one not in FREE_MAIL and one.count(".") > 0 and (one == two or two.endswith("." + one))


def told_by_mail(read: Read, units: Sequence[UnitGuess]) -> list[Told]:
    """The activities of this mail's forms and tables."""
    forms, names = read.submissions(), [guess.name or read.sender for guess in units]
    return [one.told for kind in (Kind.REGISTRATION, Kind.SUMMARY) for one in activities(forms, names, kind)]


def named(read: Read) -> tuple[str, ...]:
    """References that the mail itself names."""
    if read.at_desk:
        return tuple(ref for act in read.heard.acts for ref in act.refs)
    message = read.message
    return tuple(ref.upper() for ref in REFERENCE.findall(f"{message.subject}\n{message.new_text[:2000]}"))


def keys_of(message: Message) -> tuple[str, str]:
    """Equal for two copies of one mail, whichever servers they came through (empty where nothing identifies it); equal for mails of one sender that
    differ in digits, days and running numbers only. What is attached counts as it is in both."""
    attached = [(part.inline, hashlib.sha256(part.data).digest()) for part in message.parts]
    texts = (message.message_id, message.sender.email, message.subject, str(message.date), message.text)
    content = hashlib.sha256(b"".join(text.encode("utf-8", "surrogatepass") + b"\0" for text in texts))
    words = DIGITS.sub("", fold(f"{plain_subject(message.subject)}\n{message.new_text[:MOST_COMPARED]}"))
    alike = hashlib.sha256(f"{message.sender.email}\n{words}".encode("utf-8", "surrogatepass"))
    for is_inline, digest in attached:
        content.update(digest)
        if not is_inline:
            alike.update(digest)
    return content.hexdigest() if message.message_id or message.date else "", alike.hexdigest()


def units_of(
    read: Read, rules: Rules, sender_units: Sequence[str], seen: Collection[str] = ()
) -> tuple[UnitGuess, ...]:
    """The unit of each submission in the mail, in order. *seen* are the units that wrote before."""
    return assign_units(read.submissions(), rules.roster, read.sender, sender_units, seen)
