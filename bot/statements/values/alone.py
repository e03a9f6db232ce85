"""A mail of one bare value: which open problem it answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.base.problems import Problem
from bot.base.text import squeeze
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.statements.values.clauses import SHAPES, SLIP, without_tail
from bot.statements.values.values import trimmed_value, unquoted
from bot.statements.wording.words import COURTESY

LONGEST_CHOICE = 60
# «号码少打了一位，是139…», «应该是139…，之前漏了一位»: what may stand around the one value that was asked for.
BEFORE = re.compile(
    rf"^(?:(?:之前|刚才|上面|原来?|我们?|表[里中上]的?|填的|报的|正确的?|准确的?|完整的?)*(?:手机|电话|联系)?(?:号码?|数字)?(?:{SLIP})?[，,：:。；;、\s]*)?(?:现在?)?(?:应该?[是为]|更正为|补充为|改[为成]|[是为])?[:：\s]*"
)
BEHIND = re.compile(rf"[，,。；;、\s]*(?:之前|刚才|原来|上次|前面)?(?:{SLIP})[，,。！!、\s]*$")


def only_question(
    line: str, numbered: Mapping[int, tuple[Problem, int]], definition: FormDefinition
) -> tuple[str, str, int] | None:
    """(field, value, row) of the open error whose format the line's one value has, where there is exactly one such error."""
    bare = trimmed_value(without_tail(COURTESY.sub(" ", line))).strip(" ，,。!！、")
    bare = unquoted(trimmed_value(BEHIND.sub("", BEFORE.sub("", bare, count=1))))
    fitting = [
        (problem.field, bare, row)
        for problem, row in numbered.values()
        if (spec := definition.spec(problem.field)) and has_shape(bare, spec)
    ]
    return fitting[0] if len(fitting) == 1 else None


def has_shape(line: str, spec: FieldSpec) -> bool:
    if spec.kind == "choice":
        return len(line) <= LONGEST_CHOICE and any(squeeze(choice.label) in squeeze(line) for choice in spec.choices)
    shape = SHAPES.get(spec.kind)
    return bool(shape and shape.match(line))
