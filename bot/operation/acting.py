"""Acts at the desk: one function does them, one shows what would come of them. Both go the way of a coordinator's mail (``intake.at_desk``)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from msgspec import Struct
from sqlite_utils import Database

from bot.base.errors import BotError
from bot.decision.decide import decide
from bot.decision.facts import Known, OpenItem
from bot.decision.office.reading import Act
from bot.decision.office.seen import stamp
from bot.intake.answers import MOST_LETTERS, answers_to
from bot.intake.at_desk import MOST_TEXT, NothingDone, leave, read_act, read_of
from bot.intake.gather import gather
from bot.intake.parts import Hands
from bot.intake.record import record
from bot.intake.story import settle
from bot.letters.model import Rendered
from bot.store import mails, reviews
from bot.store.desk import acts as past
from bot.store.forms import submissions
from bot.store.mails import DESK

PREVIEW = "preview"  # the hash of bytes that nobody keeps


class ActRefused(BotError):
    """Nothing that could be carried out was sent."""

    remedy = "请刷新页面后重试"


class Told(Struct, frozen=True):
    """What an act came to, line by line (Chinese); ``faults`` what was not done, and what to do instead."""

    done: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def act(
    hands: Hands, who: str, acts: Sequence[Act], key: str = "", along: Callable[[Database], bool] | None = None
) -> Told:
    """*who* (an address that may decide) does this. One transaction, beside whatever else runs on the store; killed before its end, the next pass over
    the mails does it. *key* is that of the form that was sent: sent twice it is done once."""
    if not acts or not who or any(len(one.text) > MOST_TEXT for one in acts):
        raise ActRefused("没有可以办理的内容，或文字太长")
    mail = leave(hands, who, acts, key or secrets.token_hex(12), along)
    stored = mails.stored_mail(hands.store.db, mail)
    if mails.outcome_of(hands.store.db, mail) is None:
        mails.count_attempt(hands.store.db, mail)
        settle(stored, read_act(hands, stored), hands)
    return Told(*(past.told_of(hands.store.db, mail) or ()))


def order(hands: Hands, who: str, wanted: Act, along: Callable[[Database], bool]) -> bool:
    """*who* tells the program to do this (one of ``ORDERS``; its text says what was done). *along* does it, in the transaction in which the act is left,
    so that neither is there without the other; False, and nothing noted, where it finds nothing to do."""
    try:
        act(hands, who, [wanted], along=along)
    except NothingDone:
        return False
    return True


class Preview(Struct, frozen=True):
    """What an act would come to, and the letters that would go out. Nothing is written."""

    told: Told
    letters: tuple[Rendered, ...]


def preview(hands: Hands, who: str, acts: Sequence[Act]) -> Preview:
    """All that the act would do is done in a transaction that is given up, so that the letters are those that would go out."""
    store, now = hands.store, hands.now()
    store.assert_in_place()
    store.connection.execute("BEGIN IMMEDIATE")
    try:
        at = now.isoformat(timespec="seconds")
        stored = mails.stored_mail(store.db, mails.add_mail(store.db, DESK, PREVIEW, at))
        case = gather(store, stored, read_of(who, acts, now), hands.rules, now)
        decision = decide(case)
        record(store, stored, case, decision)
        ids = (f"<preview.{number}@{hands.letters.office.domain}>" for number in range(MOST_LETTERS))
        letters = tuple(one.mail for one in answers_to(store, stored, case, decision, hands.letters, ids))
    finally:
        store.connection.rollback()
    return Preview(Told(decision.told, decision.faults), letters)


def stamp_of(db: Database, numbers: Sequence[int], refs: Sequence[str] = ()) -> str:
    """What an act about these items and forms is to be sent with (``Act.seen``), so that nothing is done to what has changed since."""
    items = [one for one in reviews.items_about(db, numbers, ()) if one.id in numbers] if numbers else []
    return stamp(numbers, refs, known_of(db, items, refs))


def stamps_of(db: Database, items: Sequence[OpenItem]) -> dict[int, str]:
    """The same for each of these items."""
    known = known_of(db, items)
    return {one.id: stamp((one.id,), (), known) for one in items}


def known_of(db: Database, items: Sequence[OpenItem], refs: Sequence[str] = ()) -> Known:
    wanted = {*refs, *(one.ref for one in items if one.ref)}
    return Known(submissions.current_of(db, (), wanted), held=submissions.held_of(db, wanted), items=tuple(items))
