"""«转办»: what waits for a person, told to the coordinators soon and once. When it goes out and what it says; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.base.clock import age
from bot.decision.facts import KnownSubmission, OpenItem
from bot.decision.office.reading import Deed
from bot.decision.office.ways import Way, ways
from bot.decision.states import AWAITS_ANSWER, ReviewReason, Status, reason_label
from bot.digest.spoken_of import spoken_of
from bot.digest.working_days import is_working_time
from bot.forms.units.roster import Roster
from bot.message.identity import bare_subject

OUTSIDE = "名册以外的来信"
SHOWN = 20  # items with all their words; the others are a line each
LISTED = 200
SHOWN_WORDS = 1500  # characters of one letter


def is_due(now: datetime, every: timedelta | None, last: datetime | None) -> bool:
    """Whether a notice may go out at *now* (in the office's zone): in working hours, and not sooner than *every* after the *last* one.

    A last one that lies ahead was noted by a clock that was wrong.
    """
    return every is not None and is_working_time(now) and (last is None or last > now or now - last >= every)


class Told(Struct, frozen=True):
    """One item as the notice shows it, with what else waits to be read in the same letter (``number`` names both). ``form`` says what stands, ``words`` what its sender wrote, ``files`` what came with it."""

    number: str
    label: str
    unit: str
    ref: str
    sender: str
    subject: str
    since: datetime
    waited: str
    form: str
    why: str
    words: str
    files: tuple[str, ...]
    ways: tuple[Way, ...]

    @property
    def who(self) -> str:
        return self.unit or self.sender


def told(
    items: Sequence[OpenItem],
    forms: Mapping[str, KnownSubmission],
    files: Mapping[int, Sequence[str]],
    now: datetime,
    others: Sequence[KnownSubmission] = (),
    *,
    is_apart: bool = False,
) -> tuple[Told, ...]:
    """*forms* by reference, *files* of each mail; *others*: forms and drafts of the units that are spoken of, and whatever the words name. The words
    of one letter are shown with the first of its items. *is_apart*: each item by itself, in their order, as the desk decides them."""
    found: list[Told] = []
    shown: dict[int, int] = {}
    joined = {} if is_apart else {item.id: rest for item in items if (rest := read_with(item, items)) is not None}
    items = [item for item in items if item not in joined.values()]
    drafted: set[int | str] = {item.mail for item in items if item.reason == ReviewReason.DRAFT}
    drafted |= {one.ref for one in others if one.status is Status.HELD}
    for item in items:
        since = datetime.fromisoformat(item.since)
        first = shown.setdefault(item.mail, item.id)
        is_draft = item.mail in drafted or item.ref in drafted
        about = spoken_of(item, forms.get(item.ref), others, is_draft=is_draft)
        said = item.words if first == item.id else f"（同第{first}件）" if item.words else ""
        told_as_one = [one for one in (item, joined.get(item.id)) if one is not None]
        found.append(
            Told(
                number="、".join(str(one.id) for one in told_as_one),
                label="、".join(reason_label(one.reason) for one in told_as_one),
                unit=item.unit,
                ref=item.ref,
                sender=item.sender,
                subject=bare_subject(item.subject),
                since=since,
                waited=age(now - since) if now - since >= timedelta(hours=1) else "",
                form=about.words,
                # What the sender wrote says it already.
                why="" if item.words and item.reason in AWAITS_ANSWER else item.detail,
                words=said,
                files=tuple(files.get(item.mail, ())) if first == item.id else (),
                ways=tuple(
                    sorted(
                        (
                            way
                            for one in told_as_one
                            for way in ways(
                                one,
                                is_only=len(items) == 1,
                                has_form=about.form is not None,
                                has_more=is_draft or bool(about.own),
                                correct=about.correct,
                                is_gone=about.form is not None and about.form.status is Status.WITHDRAWN,
                            )
                            if one is item or way.deed is Deed.CORRECT
                        ),
                        key=lambda way: way.deed is Deed.CLOSE,  # that last
                    )
                ),
            )
        )
    return tuple(found)


def read_with(item: OpenItem, items: Sequence[OpenItem]) -> OpenItem | None:
    """The item of the rest of the letter that brought *item*, of which something is to be decided; None where there is none."""
    of_mail = [one for one in items if one.mail == item.mail]
    rest = [one for one in of_mail if one.reason == ReviewReason.WORDS]
    return rest[0] if len(of_mail) == 2 and len(rest) == 1 and item not in rest else None


def subject_of(found: Sequence[Told]) -> str:
    """What the coordinator must know, in the inbox's list already; no reference: an answer to a notice is not one to a form."""
    units = list(dict.fromkeys(one.who for one in found))
    named = "、".join(units[:2]) + (f"等{len(units)}家" if len(units) > 2 else "")
    return f"【转办】{len(found)}件待处理：{named}"


def post_words(found: Sequence[Told], roster: Roster) -> dict[str, Any]:
    """What a group robot may know: which units of the roster, for what reason, and how many. A name as somebody wrote it may be a person's."""
    known = {unit.name for unit in roster.units}
    items = [{"unit": one.unit if one.unit in known else OUTSIDE, "title": one.label} for one in found]
    return {"title": f"【转办】{len(found)}件待处理", "count": len(found), "items": items}


def notice_words(found: Sequence[Told]) -> dict[str, Any]:
    """What the template ``notice`` may say."""
    return {
        "items": list(found[:SHOWN]),
        "others": list(found[SHOWN : SHOWN + LISTED]),
        "unlisted": max(0, len(found) - SHOWN - LISTED),
        "count": len(found),
        "limit_words": SHOWN_WORDS,
    }
