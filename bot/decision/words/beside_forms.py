"""The words beside a mail's forms, as they go to a person. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.decision.facts import Read
from bot.decision.model import Decision, ReviewItem, Settled
from bot.decision.states import ReviewReason
from bot.decision.words.said_beside import Beside, for_person, replaces_only, said_beside


def beside(read: Read, settled: Sequence[Settled]) -> Beside:
    """What the letter says beside its forms. «前一份作废，以此份为准» is done where each of them took the place of one."""
    bodies = {document.path for document in read.documents if document.is_body}
    in_body = any(path in bodies for one in settled for path in one.paths)
    said = said_beside(read.message.new_text, [one.form for one in settled], in_body=in_body)
    if settled and all(one.before for one in settled):
        return replace(said, words=tuple(one for one in said.words if not replaces_only(one)))
    return said


def with_words(decision: Decision, said: Beside) -> Decision:
    if not said.words:
        return decision
    draft = "可能是送审稿；" if said.is_draft else ""
    detail = f"来信除表格外还写到（{draft}请查看）：{for_person(said.words)}"
    return replace(decision, reviews=(*decision.reviews, ReviewItem(ReviewReason.WORDS, detail, ref=decision.ref)))
