"""Numbers that are no whole: so many more or fewer, so many in each group. Pure."""

from __future__ import annotations

import re

from bot.base.replacing import replace
from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import fields_of
from bot.forms.model import Form
from bot.forms.values.numerals import counted_value
from bot.statements.values.clause.fitting import sentence_of
from bot.statements.values.context import Passage
from bot.statements.values.put import spec_of

NUMBER = r"(?:\d+|[一二两三四五六七八九十百]+)"
# «工作人员增加4人», «少来20人», «增派随车人员3名»; «增加到14人» says how many there are.
STEP = re.compile(
    rf"(?<![最至])(?P<step>增加|新增|减少|增|减|[再又]?[加添]|多|少)(?:(?:了|派|来|出|安排|配|招)*|(?<=[增加])[加派配][^，,。；;\d到至为成共达]{{2,12}})\s*(?P<by>{NUMBER})\s*(?:多|来|余)?(?:个|名|位|人)"
)
# «两个场次，每场100», «每组4人，分成三个组»
OF = r"(?P<of>[组场班批天日期队村校站点户车家处轮])"
EACH = re.compile(rf"每一?个?{OF}次?[^，,。；;\d]{{0,6}}?(?P<number>{NUMBER})")
TIMES = rf"(?<![第每])(?P<times>{NUMBER})\s*个?小?"


def by_how_many(passage: Passage, form: Form, letter: str, definition: FormDefinition) -> Passage:
    """*passage*, not certain, with the number that the step which it tells would make of what stands there, or with that of all the groups."""
    piece = passage.pieces[0]
    keys = fields_of(piece.target)
    specs = [spec_of(definition, key, piece.row) for key in keys]
    if len(passage.pieces) != 1 or not all(spec and spec.kind == "count" for spec in specs):
        return passage
    stands = form.plain(keys[0]) if piece.row < 0 and len(keys) == 1 else None
    sentence = "".join(sentence_of(passage.written, letter))
    step, each = STEP.search(passage.written), EACH.search(sentence)
    if step and is_said(step["by"], piece.text):
        by, made = counted_value(step["by"]), 0
        if by is not None and isinstance(stands, int):
            made = stands - by if re.search("[减少]", step["step"]) else stands + by
    elif each and (is_said(each["number"], piece.text) or ("staff" not in keys[0] and is_less(piece.text, each))):
        times = re.search(f"{TIMES}{each['of']}", sentence)
        made = (counted_value(times["times"]) or 0) * (counted_value(each["number"]) or 0) if times else 0
    else:
        return passage
    text = f"{made}人" if made > 0 else ""
    return replace(passage, pieces=(replace(piece, text=text),), sure=False, is_change=passage.is_change or bool(step))


def is_said(number: str, text: str) -> bool:
    """Whether *number* is what was read of the *text*."""
    return bool(re.search(rf"(?<!\d){number}(?!\d)", text))


def is_less(text: str, each: re.Match[str]) -> bool:
    """«老师6人，学生每班抽10人»: who are fewer than one group are not all."""
    number = re.search(NUMBER, text)
    return bool(number and 0 < (counted_value(number.group()) or 0) < (counted_value(each["number"]) or 0))
