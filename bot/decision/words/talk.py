"""What becomes of a letter's statements, gathered as they are gone through, and what its writer and a person are told of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from bot.base.replacing import replace
from bot.decision.compose import open_labels
from bot.decision.facts import Case, KnownSubmission
from bot.decision.model import Decision, ReviewItem, Settled
from bot.decision.reviews import reviews_of
from bot.decision.states import GONE, ReviewReason, Status, status_label
from bot.decision.versions.content import stored_form
from bot.decision.words.passed_on import for_person, joined, told_of_all, told_of_rest
from bot.statements.model import Said, Statement

SEEN = "来信也已转工作人员阅看，如有补充会再与您联系。"
CONTACT_PASSED_ON = "单位联系人的变动已转工作人员更新。"
HOW_TO = "如是要更正表中内容，请写明栏目，一行写一处，例如“活动地点：晋江市图书馆三楼”，收到后即更正。"


class Talk(Struct):
    """What is answered to the letter ``text``, which ``said`` so: ``told`` in the order of the letter, ``passed_on`` the words that go to a person, ``tried`` whether they name a value; ``answered`` those among them that are answered here (questions of the admin's list), ``unclear``: of
    which form they speak is asked;
    ``nil``: the unit that has nothing to report; ``wants_blanks``: it asks for the form."""

    text: str = ""
    said: Sequence[Statement] = ()
    told: list[str] = field(default_factory=list)
    passed_on: list[Statement] = field(default_factory=list)
    answered: list[Statement] = field(default_factory=list)
    unclear: list[Statement] = field(default_factory=list)
    tried: bool = False
    nil: str = ""
    is_lacking: bool = False
    wants_blanks: bool = False

    def pass_on(self, one: Statement) -> None:
        self.passed_on.append(one)

    def sentence(self, *, is_beside: bool = False) -> str:
        """What the writer is told of the words that go to a person; empty where none do. *is_beside*: other things of the letter are settled."""
        left = [one for one in self.passed_on if one not in self.answered]
        contacts = [one for one in left if one.kind is Said.CONTACT and one.value]
        others = [one for one in left if one not in contacts]
        tells = told_of_rest(others, self.text, self.said) if is_beside else told_of_all(others, self.text)
        told = [tells] if others else []
        told += [CONTACT_PASSED_ON] if contacts else []
        return "".join(told) or (SEEN if self.passed_on else "")


def notes_of(talk: Talk) -> tuple[str, ...]:
    """What the answer to a changed form says beside."""
    sentence = talk.sentence(is_beside=True)
    return (*talk.told, *((f"{sentence}{HOW_TO if talk.tried else ''}",) if sentence else ()))


def with_person(decision: Decision, talk: Talk, waiting: Sequence[Settled] = ()) -> Decision:
    """*decision* with what a person must see: what waits for a «确认», and the words that nobody has settled."""
    reviews = [*decision.reviews, *reviews_of(waiting)]
    if talk.passed_on:
        words = for_person(joined(talk.passed_on, talk.text))
        told = f"；未自动回复：{decision.why}" if decision.reply is None and decision.why else ""
        reviews.append(ReviewItem(ReviewReason.WORDS, f"{words}{told}", ref=decision.ref))
    return replace(decision, reviews=tuple(reviews))


def when_of(form: KnownSubmission, case: Case) -> str:
    """When the activity of *form* is, as it stands: «现在你们那边记的是几号»."""
    day = "" if form.status in GONE else stored_form(form, case.rules.definitions).text("activity_time")
    return f"（活动时间：{day}）" if day else ""


def state_of(form: KnownSubmission, case: Case) -> str:
    if form in case.known.drafts:
        return "已收到初稿，尚未正式报送"
    errors = sum(problem.is_error for problem in form.problems)
    if form.status == Status.NEEDS_CORRECTION:
        labels = "、".join(open_labels(form))
        return f"已收到，还有{errors}处待补正{'：' if labels else ''}{labels}"
    return status_label(form.status)
