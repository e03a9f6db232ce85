"""Whether a coordinator's mail holds acts, and who vouches for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.replacing import replace
from bot.decision.facts import Case
from bot.decision.model import Decision
from bot.decision.office.carrying_out import carry_out, unclear
from bot.decision.office.done import noticed
from bot.decision.office.reading import NAMES, Act, Deed
from bot.decision.states import Outcome
from bot.decision.words.granting import unheeded
from bot.decision.words.requests import Wish, doubt_about

# Where nothing says what they are about, these words are no act but part of a letter.
WITH_COLON = re.compile(r"^.{0,10}[:：]")
IN_LETTERS = frozenset({Deed.APPROVE, Deed.RETURN, Deed.CLOSE, Deed.UNIT})


def from_office(case: Case) -> Decision | None:
    """What a coordinator's mail does; None where it does nothing, or asks for what any mail may ask."""
    heard, rules = case.read.heard, case.rules
    acts = about_thread(heard.acts, case)
    is_answer = bool(noticed(case))
    if not acts and is_answer and (heard.request is None or heard.request.wish is Wish.CONFIRM):
        if heard.is_thanks:
            return Decision(Outcome.COMMAND, "courtesy only")
        return unclear(case)
    is_alone = len(acts) == 1 and not (
        acts[0].text or acts[0].lost
    )  # nothing but the word: he is told what else to write
    if not acts or (not is_answer and not is_alone and all(is_only_a_word(act, case) for act in acts)):
        return None
    doubt = doubt_about(case.read.message, rules.trusted_servers, rules.require_auth)
    return unheeded(NAMES[acts[0].deed], doubt) if doubt else carry_out(acts, case)


def at_desk(case: Case) -> Decision:
    """What a coordinator does at the desk: whoever is there was let in as himself, and reads what it came to on the page."""
    return replace(carry_out(case.read.heard.acts, case), reply=None)


def about_thread(acts: Sequence[Act], case: Case) -> list[Act]:
    """An answer in the thread of one form is about that form, where no notice is answered."""
    if noticed(case) or len(case.known.answered) != 1:
        return list(acts)
    return [replace(act, refs=case.known.answered) if act.is_bare and act.deed is Deed.ANSWER else act for act in acts]


def is_only_a_word(act: Act, case: Case) -> bool:
    """Whether the word alone does nothing: nobody says what it is about, or the form is the one that is answered."""
    if act.deed is Deed.ANSWER and act.is_bare:
        return not WITH_COLON.search(act.written)
    return act.is_bare and (act.deed in IN_LETTERS or (act.deed is Deed.CORRECT and bool(case.known.answered)))
