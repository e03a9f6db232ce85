"""Of which of several forms a value is said: the one that took it for its own, else its writer is asked. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.decision.facts import Case, KnownSubmission
from bot.decision.states import GONE, kind_label
from bot.decision.versions.standing import Standing, standing
from bot.decision.words.about import heard_by_form, text_of
from bot.decision.words.passed_on import MOST_LISTED, joined, quoted
from bot.forms.model import Kind
from bot.statements.model import Answers, Statement


def is_heard(one: Statement, answers: Answers) -> bool:
    """Whether the form took the value for its own."""
    return any(heard.certain and heard.key == one.field and heard.value == one.value for heard in answers.heard)


def could_be_meant(case: Case) -> list[KnownSubmission]:
    """The activities of the sender's of which he may speak."""
    forms = [target for target, _ in heard_by_form(case) if target.kind is Kind.REGISTRATION]
    return [one for one in forms if one.status not in GONE and standing(one, case, in_words=True) is not Standing.HELD]


def ask_which(said: Sequence[Statement], case: Case) -> str:
    forms = could_be_meant(case)[:MOST_LISTED]
    words = quoted(joined(said, text_of(case.read.message)))
    definition = case.rules.current_form(Kind.REGISTRATION)
    spec = definition.spec(said[0].field) if definition else None
    example = f"“{forms[-1].ref} {spec.label if spec else '栏目'}：……”"
    listed = "\n".join(f"{one.ref}　{quoted_name(one)}" for one in forms)
    return f"来信中的{words}没有写明是哪一项活动，暂未改动。请直接回复本邮件，写明受理号或活动名称，例如{example}：\n{listed}"


def quoted_name(form: KnownSubmission) -> str:
    return f"“{form.title}”" if form.title else kind_label(form.kind)
