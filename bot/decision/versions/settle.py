"""Which version of what a form is: new, the next version, unchanged, or held for a person. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.base import expressions as re
from bot.base.problems import Code
from bot.base.replacing import replace
from bot.decision.facts import Case, Known, KnownSubmission, Read, is_submission
from bot.decision.model import ItemState, Settled
from bot.decision.rules import Rules
from bot.decision.states import GONE, Status
from bot.decision.versions.content import content_of, hash_of, key_of
from bot.decision.versions.follows import is_other_occasion, predecessor, taken_as_new, taken_as_same
from bot.decision.versions.standing import Standing, is_listed, is_on_record, standing, why_not
from bot.documents.bystanders import is_film
from bot.forms.model import Form, Kind
from bot.forms.units.assign import UnitGuess
from bot.statements.model import Said

STATES = {Standing.FREE: ItemState.UPDATED, Standing.ASK: ItemState.WAITING, Standing.HELD: ItemState.HELD}
RETURNED = "此前已由工作人员退回，此次所附内容与退回的一版相同，仍未登记。请按退回原因修改后重新发来，受理号不变。"
# «怕没收到，再发一次», with the file of before the correction.
AS_BEFORE = "所附表格与此前报过、后来已更新的一版相同，已请来信人回复“确认”；也可由工作人员核实后通过"


class Seat(Struct, frozen=True):
    """Where a form goes: the version it becomes, the one before it, or (read again) the stored version that it is."""

    ref: str
    version: int
    state: ItemState
    before: KnownSubmission | None = None
    held_because: str = ""
    own: KnownSubmission | None = None
    asks: str = ""


def settle(kept: Sequence[tuple[Form, UnitGuess, tuple[str, ...]]], case: Case) -> tuple[list[Settled], int]:
    """Each form with reference, version and state; and the highest reference number given out."""
    read, known = case.read, case.known
    number = known.last_number
    settled: list[Settled] = []
    for form, guess, paths in kept:
        unit = guess.name or read.sender
        content = content_of(form)
        if form.kind is Kind.REPORT:
            material = report_material(form, read)
            content |= material
            form = without_found(form, material)
        digest = hash_of(content)
        alone = sum(other.kind is form.kind for other, _, _ in kept) == 1
        taken = {one.ref for one in settled}
        seat = seat_of(form, unit, digest, case, taken, number + 1, alone=alone)
        is_new = seat.before is None and seat.own is None and seat.state is not ItemState.UNCHANGED
        is_new = is_new and seat.ref == case.rules.reference(number + 1)
        number = number + 1 if is_new and form.path not in known.given else number
        state = seat.state
        if state in {ItemState.NEW, ItemState.UPDATED} and not form.is_correct:
            state = ItemState.NEEDS_CORRECTION
        old = seat.own or seat.before
        keeps_key = old is not None and old.name_key == key_of(form)
        settled.append(
            Settled(
                form=form,
                unit=unit,
                unit_said=guess.said,
                ref=seat.ref,
                version=seat.version,
                state=state,
                is_late=comes_late(form, seat, read.received, case.rules),
                match_key=old.match_key if keeps_key and old else free_key(form, unit, known, settled),
                name_key=key_of(form),
                content=content,
                content_hash=digest,
                before=seat.before,
                own=seat.own,
                held_because=seat.held_because,
                paths=paths,
                asks=seat.asks,
                is_told=is_told(seat.before, case),
            )
        )
    return settled, number


def seat_of(
    form: Form,
    unit: str,
    digest: str,
    case: Case,
    taken: set[str],
    next_number: int,
    *,
    alone: bool,
) -> Seat:
    known = case.known
    own = own_version(form, digest, known, taken, alone=alone)
    if own:
        same = own.content_hash == digest and own.unit == unit
        return Seat(own.ref, own.version, ItemState.UNCHANGED if same else ItemState.UPDATED, own=own)
    before, likely = predecessor(form, unit, known, taken, digest, case.read.heard.intent, alone=alone)
    if before is None and likely is None and alone and replaces_one(case):
        before = likely = only_one(form, unit, case, taken)
    name = form.text("activity_name")
    if before is None and (draft := own_draft(form, unit, digest, case, taken, alone=alone)):
        return Seat(draft.ref, known.next_version(draft), ItemState.NEW)
    if before is None:
        ref = known.given.get(form.path) or case.rules.reference(next_number)
        why = why_no_table(unit, case) if form.kind is Kind.SUMMARY else ""
        if why and digest in known.held_hashes:
            return Seat(known.held_hashes[digest], 1, ItemState.UNCHANGED)
        if why:
            return Seat(ref, 1, ItemState.HELD, held_because=why)
        is_theirs = likely is not None and is_on_record(case, likely)
        return Seat(ref, 1, ItemState.NEW, asks=taken_as_new(name, ref, likely) if likely and is_theirs else "")
    found = standing(before, case, in_words=False)
    is_same = before.status not in GONE and before.content_hash == digest
    if is_same or (found is Standing.HELD and digest in known.held_hashes):
        return Seat(before.ref, before.version, ItemState.UNCHANGED, before)
    if before.content_hash == digest and was_returned(before):
        return Seat(before.ref, before.version, ItemState.UNCHANGED, before, asks=f"{before.ref} {RETURNED}")
    if found is Standing.FREE and (before.ref, digest) in known.earlier_hashes:
        return Seat(before.ref, known.next_version(before), ItemState.WAITING, before, AS_BEFORE)
    why = why_not(before, case, in_words=False)
    asks = taken_as_same(name, before) if likely and found is not Standing.HELD else ""
    return Seat(before.ref, known.next_version(before), STATES[found], before, why, asks=asks)


# «附件整张替换原来那张», in a letter of its own.
REPLACES_ONE = re.compile(
    r"(?:替换|代替|取代|换掉)[掉了]?(?:原|旧|之前|先前|以前|前|上)|(?:原|旧|之前|先前|以前|前面|上次)[^，,。；;]{0,8}(?:作废|替换|换掉|不要用?|别用|不用了|不算)"
)


def replaces_one(case: Case) -> bool:
    return any(REPLACES_ONE.search(one.words) for one in case.read.letter.of(Said.REPLACES))


def only_one(form: Form, unit: str, case: Case, taken: set[str]) -> KnownSubmission | None:
    """The one form of the unit that stands, where its sender is on record for it: whatever the new one is called, no other can be meant."""
    living = [one for one in case.known.of(unit, form.kind) if one.ref not in taken and one.status not in GONE]
    return living[0] if len(living) == 1 and is_on_record(case, living[0]) else None


def own_draft(
    form: Form, unit: str, digest: str, case: Case, taken: set[str], *, alone: bool
) -> KnownSubmission | None:
    """The sender's own draft that this form follows: a draft is there to be changed, in its day, too."""
    theirs = replace(case.known, submissions=tuple(one for one in case.known.drafts if is_on_record(case, one)))
    found, likely = predecessor(form, unit, theirs, taken, digest, case.read.heard.intent, alone=alone)
    is_of_name = likely is not None and likely.name_key == key_of(form) and not is_other_occasion(form, likely)
    return found or (likely if is_of_name else None)


def was_returned(one: KnownSubmission) -> bool:
    """A person sent it back or refused it: the same once more does not undo that."""
    return one.status == Status.REJECTED and bool(one.content.get("decided", {}).get("status"))


def is_told(before: KnownSubmission | None, case: Case) -> bool:
    """A stranger is not told which forms there are; what he names himself he knows."""
    return before is None or before.ref in case.known.answered or is_on_record(case, before)


def why_no_table(unit: str, case: Case) -> str:
    """Why a unit's first table waits for a person: it lists what others registered, and its answer would tell which forms there are."""
    theirs = [one for one in case.known.submissions if one.unit == unit and one.status not in GONE]
    if not theirs or is_listed(case.read.sender, unit, case.rules) or any(is_on_record(case, one) for one in theirs):
        return ""
    return f"{unit} 此前由 {theirs[0].from_addr} 报送，此次汇总表来自 {case.read.sender}，请核实后再采用"


def own_version(form: Form, digest: str, known: Known, taken: set[str], *, alone: bool) -> KnownSubmission | None:
    """The stored version that was read from this very mail before (only when a mail is read again)."""
    mine = [one for one in known.own if one.kind is form.kind and one.ref not in taken]
    named = [one for one in mine if one.content_hash == digest] or [one for one in mine if one.name_key == key_of(form)]
    return next(iter(named or (mine if alone and len(mine) == 1 else [])), None)


def free_key(form: Form, unit: str, known: Known, settled: Sequence[Settled]) -> str:
    """The match key of a new form; a second activity of the same name gets a number behind it."""
    name = key_of(form)
    used = {one.match_key for one in known.of(unit, form.kind)} | {
        one.match_key for one in settled if one.unit == unit and one.form.kind is form.kind
    }
    return next(key for n in range(1, 10_000) if (key := name if n == 1 else f"{name}#{n}") not in used)


def comes_late(form: Form, seat: Seat, received: datetime, rules: Rules) -> bool:
    """After the deadline; a correction of what came in time is not late."""
    if seat.before is not None:
        return seat.before.is_late
    if seat.own is not None:
        return seat.own.is_late
    due = rules.due(form.kind)
    return due is not None and received > due


def written_links(form: Form) -> tuple[str, ...]:
    """Addresses that stand in the text without being links."""
    value = form.plain("links")
    return value if isinstance(value, tuple) else ()


def without_found(form: Form, material: Mapping[str, Any]) -> Form:
    """The summary's file alone may lack what lies beside it in the mail."""
    there = {key for key in ("pictures", "links") if material[key]}
    return replace(form, problems=tuple(p for p in form.problems if not (p.code is Code.MISSING and p.field in there)))


def report_material(form: Form, read: Read) -> dict[str, Any]:
    """Pictures, films and links that belong to a work summary: those in its own file and those attached beside it."""
    pictures: dict[str, dict[str, Any]] = {}
    films = {d.sha256: {"name": d.name, "sha256": d.sha256} for d in read.documents if is_film(d.name)}
    links: dict[str, None] = dict.fromkeys(written_links(form))
    for document in read.documents:
        beside = document.format == "image" and not any(
            f.path == document.path and is_submission(f) for f in read.forms
        )
        if document.path != form.path and not beside:
            continue
        links.update(dict.fromkeys(document.links))
        for picture in document.pictures:
            sha256 = hashlib.sha256(picture.data).hexdigest()
            pictures.setdefault(
                sha256, {"name": picture.name, "sha256": sha256, "width": picture.width, "height": picture.height}
            )
    return {
        "pictures": list(pictures.values()),
        "links": [link for link in links if link.startswith(("http://", "https://"))],
    } | ({"videos": list(films.values())} if films else {})
