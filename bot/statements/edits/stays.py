"""What a sentence says stays as it stands: «活动照旧18号在西湖公园北门», «还是按表上18号来». Nothing changes by it, and nobody need look. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.base import expressions as re
from bot.statements.edits.days import DAYS, dated, is_of_else, same_as
from bot.statements.edits.named import stands
from bot.statements.edits.times import stands_in
from bot.statements.values.context import Addressed, Context, Edit

AS_EVER = re.compile(r"还[是在按照]|仍|照旧|照常|照原|依旧|维持|保持|不变|没变|不动|不改|一直(?:是|都)|按(?:表|原)")
OPEN = re.compile(r"[?？]|[吗么呢]|是否|能否|可否|如果|若|要是|万一|可能|不是|难道|怎么|为什么|[您你]们|他们|人家|隔壁")
# What was said of another day before, and is given up.
GIVEN_UP = re.compile(r"作罢|不改了|没成|搁置|取消了|听说|误传|误以为|没有的事|说错|看错|记错|哦?不对")
CLAUSE = re.compile(r"[^，,。；;！!]+")


def edits_in(text: str, context: Context) -> list[Edit]:
    return [one for match in CLAUSE.finditer(text) for one in of_clause(match, text, context)]


def of_clause(match: re.Match[str], text: str, context: Context) -> Iterator[Edit]:
    clause = match.group()
    if not AS_EVER.search(clause) or OPEN.search(clause):
        return
    is_given_up = bool(GIVEN_UP.search(text[: match.start()]))
    for spec in context.definition.field:
        begin, said = -1, ""
        if spec.kind == "daterange" and (stood := stands_in(context, spec)):
            days = list(DAYS.finditer(text))
            own = [one for one in days if match.start() <= one.start() < match.end()]
            others = [one for one in days if one not in own and not same_as(one.group(), stood)]
            if len(own) == 1 and same_as(own[0].group(), stood) and (not others or is_given_up):
                is_asked = any(problem.field == spec.key for problem, _ in context.messages.values())
                whole = "" if is_asked else stands(spec.key, context)  # with its hours
                begin, said = own[0].start(), whole or dated(own[0].group(), stood)[0]
                begin = -1 if is_of_else(clause.replace(own[0].group(), "◇")) else begin
        elif spec.kind == "text" and spec.key != context.definition.anchor and (place := stands(spec.key, context)):
            begin, said = (text.find(place), f"“{place}”") if len(place) > 3 and place in clause else (-1, "")
        if begin >= 0:
            yield Edit(Addressed(spec.key, said, -1, text), match.start(), match.end(), begin, is_answer=True)
