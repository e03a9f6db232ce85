"""Clauses that seem to tell a trouble, a promise or a plan, and say for certain what is to be done to the form all the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.replacing import replace
from bot.forms.definitions import FormDefinition
from bot.forms.model import Form
from bot.statements.clauses import Segment
from bot.statements.edits.sentence import says_edit
from bot.statements.model import Said
from bot.statements.values.context import context_of

# What may be told of a part of the activity only: «那处撤掉不设», «不在操场搞了», «承办工作转交…».
READ_AGAIN = {
    Said.OTHER,
    Said.FORGOTTEN_ATTACHMENT,
    Said.NIL_REPORT,
    Said.WITHDRAWAL,
    Said.FOR_OTHERS,
    Said.COVER,
    Said.CONTACT,
}
# Whom to ask for the unit from now on, and not only for this activity.
LASTING = re.compile(r"今后|以后|往后|通讯录|联络员|科普工作|日常|单位|[我本][局校馆院会镇办街]")
PROMISES = re.compile(r"撤[回销]|收回|给[您你贵]|告[诉知]|通知[您你]|再(?:报|发|联系|定)|到时|届时")


def with_edits(
    segments: Sequence[Segment], text: str, forms: Sequence[Form], definition: FormDefinition | None
) -> list[Segment]:
    """*segments* of *text*; those for a person that change one of the *forms* are looked at as values, with the rest of their sentence."""
    known = [form for form in forms if form.fields and not form.rows]
    if definition is None or not known or not any(one.kind in READ_AGAIN for one in segments):
        return list(segments)
    contexts = [context_of(form, definition, 1) for form in known if form.definition == definition.name]
    found: list[Segment] = []
    for one in segments:
        lasts = one.kind is Said.CONTACT and LASTING.search(one.text)
        if one.kind in READ_AGAIN and not lasts and not PROMISES.search(one.text):
            begin, end = sentence_around(text, one)
            own = text[begin:end]
            place, leads = (one.begin - begin, one.end - begin), one.kind is Said.WITHDRAWAL
            if any(says_edit(own, *place, context, leads=leads) for context in contexts):
                one = replace(one, kind=None)
        last = found[-1] if found else None
        if last and last.kind is None and one.kind is None and last.end == one.begin:
            found[-1] = replace(last, text=last.text + one.text)
        else:
            found.append(one)
    return found


def sentence_around(text: str, one: Segment) -> tuple[int, int]:
    begin = max((match.end() for match in re.finditer(r"[。；;！!？?\n]", text[: one.begin])), default=0)
    end = re.search(r"[。；;！!？?\n]", text[one.end :])
    return begin, one.end + (end.start() if end else len(text) - one.end)
