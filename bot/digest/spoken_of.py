"""Of which form a thing that waits may speak, and how that stands, as a coordinator is told it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bot.base.text import squeeze
from bot.decision.facts import KnownSubmission, OpenItem
from bot.decision.states import GONE, ReviewReason, Status, kind_label, status_label
from bot.forms.model import Kind

SHOWN_PROBLEMS = 4
SHOWN_FORMS = 5
SHORTEST_NAME = 4  # characters of an activity's name that is looked for in words
ANY_REF = "‹受理号›"


class SpokenOf(Struct, frozen=True):
    """``form`` is what stands under the item's reference, or what its words name (``is_named``); ``own`` what else its unit has.

    A letter's reference is but that of its thread (``is_loose``): it may speak of any form of its unit.
    """

    item: OpenItem
    form: KnownSubmission | None
    own: tuple[KnownSubmission, ...]
    is_named: bool
    is_draft: bool

    @property
    def is_loose(self) -> bool:
        return self.item.reason == ReviewReason.WORDS and not self.is_named

    @property
    def beside(self) -> tuple[KnownSubmission, ...]:
        """Further activities that it may mean as well as ``form``."""
        return tuple(one for one in self.own if one.kind is Kind.REGISTRATION) if self.is_loose and self.form else ()

    @property
    def correct(self) -> str:
        """The reference under which a value can be put right; the coordinator fills it in where several may be meant; empty where there is none."""
        found = ((self.form,) if self.form else self.own if self.is_loose else ()) + self.beside
        live = [one for one in found if one.status is not Status.HELD and one.status not in GONE]
        return ANY_REF if (self.beside or not self.form) and len(live) > 1 else live[0].ref if len(live) == 1 else ""

    @property
    def words(self) -> str:
        if self.form:
            whose = f"（{self.form.ref}，{self.form.unit}）" if self.form.ref != self.item.ref else ""
            more = f"；该单位另有 {listing(self.beside)}" if self.beside else ""
            told = form_words(self.form)
            return f"{told.rstrip('。') if more and not whose else told}{whose}{more}"
        if self.is_draft:
            return "只有初稿，尚未正式报送"
        return f"来信没有对应的登记；该单位登记有 {listing(self.own)}" if self.own else "没有登记的表格"


def spoken_of(
    item: OpenItem, form: KnownSubmission | None, others: Sequence[KnownSubmission], *, is_draft: bool
) -> SpokenOf:
    """*others*: forms and drafts of the units that are spoken of, and what is named by whoever writes for none."""
    living = sorted((one for one in others if one.unit and one.status not in GONE), key=lambda one: one.ref)
    own = [one for one in living if one.unit == item.unit]
    is_unclear = item.reason == ReviewReason.WITHDRAWAL and item.submission is None
    said = squeeze(f"{item.subject}\n{item.words}") if item.reason == ReviewReason.WORDS or is_unclear else ""
    candidates = {one.ref: one for one in ((form,) if form else ()) + tuple(own if item.unit else living)}
    named = [one for one in candidates.values() if len(one.title) >= SHORTEST_NAME and squeeze(one.title) in said]
    if len(named) == 1 and named[0].status is not Status.HELD:
        return SpokenOf(item, named[0], (), is_named=True, is_draft=is_draft)
    rest = tuple(one for one in own if form is None or one.ref != form.ref)
    return SpokenOf(item, form, rest, is_named=False, is_draft=is_draft)


def listing(forms: Sequence[KnownSubmission]) -> str:
    """«KP2023-0001“海洋课”、KP2023-0002“图片展”»."""
    listed = "、".join(f"{one.ref}“{one.title}”" if one.title else one.ref for one in forms[:SHOWN_FORMS])
    return listed + (f"等{len(forms)}份" if len(forms) > SHOWN_FORMS else "")


def form_words(form: KnownSubmission) -> str:
    """«申报表“海洋课” 第2版 待补正：缺少联系电话»."""
    title = f"“{form.title}”" if form.title else ""
    version = f" 第{form.version}版" if form.version > 1 else ""
    wrong = [problem.message for problem in form.problems if problem.is_error and form.status not in GONE]
    more = f"等{len(wrong)}处" if len(wrong) > SHOWN_PROBLEMS else ""
    problems = f"：{''.join(wrong[:SHOWN_PROBLEMS])}{more}" if wrong else ""
    return f"{kind_label(form.kind)}{title}{version} {status_label(form.status)}{problems}"
