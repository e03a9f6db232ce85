"""«转办»: what waits for a person, told to the coordinators soon and once. When it goes out and what it says; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.base.clock import age
from bot.decision.facts import KnownSubmission, OpenItem
from bot.decision.office.ways import Way, ways
from bot.decision.states import AWAITS_ANSWER, GONE, ReviewReason, Status, kind_label, reason_label, status_label
from bot.digest.working_days import is_working_time
from bot.forms.units.roster import Roster

OUTSIDE = "名册以外的来信"
SHOWN = 20  # items with all their words; the others are a line each
LISTED = 200
SHOWN_WORDS = 1500  # characters of one letter
SHOWN_PROBLEMS = 4
SHOWN_FORMS = 5


def is_due(now: datetime, every: timedelta | None, last: datetime | None) -> bool:
    """Whether a notice may go out at *now* (in the office's zone): in working hours, and not sooner than *every* after the *last* one.

    A last one that lies ahead was noted by a clock that was wrong.
    """
    return every is not None and is_working_time(now) and (last is None or last > now or now - last >= every)


@dataclass(frozen=True, slots=True)
class Told:
    """One item as the notice shows it. ``form`` says what stands, ``words`` what its sender wrote, ``files`` what came with it."""

    number: int
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
) -> tuple[Told, ...]:
    """*forms* by reference, *files* of each mail; *others*: forms and drafts of the units that are spoken of. The words of one letter are shown with
    the first of its items."""
    found: list[Told] = []
    shown: dict[int, int] = {}
    drafted: set[int | str] = {item.mail for item in items if item.reason == ReviewReason.DRAFT}
    drafted |= {one.ref for one in others if one.status is Status.HELD}
    for item in items:
        form, since = forms.get(item.ref), datetime.fromisoformat(item.since)
        first = shown.setdefault(item.mail, item.id)
        own = [one for one in others if one.unit and one.unit == item.unit and one.status not in GONE]
        is_draft = item.mail in drafted or item.ref in drafted
        said = item.words if first == item.id else f"（同第{first}件）" if item.words else ""
        found.append(
            Told(
                number=item.id,
                label=reason_label(item.reason),
                unit=item.unit,
                ref=item.ref,
                sender=item.sender,
                subject=item.subject,
                since=since,
                waited=age(now - since) if now - since >= timedelta(hours=1) else "",
                form=stands_as(form, own, is_draft=is_draft),
                # What the sender wrote says it already.
                why="" if item.words and item.reason in AWAITS_ANSWER else item.detail,
                words=said,
                files=tuple(files.get(item.mail, ())) if first == item.id else (),
                ways=ways(
                    item,
                    is_only=len(items) == 1,
                    has_form=form is not None,
                    has_more=is_draft or bool(own),
                    other=own[0].ref if len(own) == 1 and own[0].status is not Status.HELD else "",
                ),
            )
        )
    return tuple(found)


def stands_as(form: KnownSubmission | None, own: Sequence[KnownSubmission], *, is_draft: bool) -> str:
    """What stands under an item's reference, else what else its unit has (*own*)."""
    if form:
        return form_words(form)
    if is_draft:
        return "只有初稿，尚未正式报送"
    listed = "、".join(f"{one.ref}“{one.title}”" if one.title else one.ref for one in own[:SHOWN_FORMS])
    more = f"等{len(own)}份" if len(own) > SHOWN_FORMS else ""
    return f"来信没有对应的登记；该单位登记有 {listed}{more}" if own else "没有登记的表格"


def form_words(form: KnownSubmission) -> str:
    """«申报表“海洋课” 第2版 待补正：缺少联系电话»."""
    title = f"“{form.title}”" if form.title else ""
    version = f" 第{form.version}版" if form.version > 1 else ""
    wrong = [problem.message for problem in form.problems if problem.is_error and form.status not in GONE]
    more = f"等{len(wrong)}处" if len(wrong) > SHOWN_PROBLEMS else ""
    problems = f"：{''.join(wrong[:SHOWN_PROBLEMS])}{more}" if wrong else ""
    return f"{kind_label(form.kind)}{title}{version} {status_label(form.status)}{problems}"


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
