"""Which activity of a table a piece of an answer is about: by its number, its name, or what was asked."""

from __future__ import annotations

import re

from bot.base.text import name_key, squeeze
from bot.forms.labels.index import fields_of
from bot.forms.model import Value
from bot.forms.values.numerals import counted_value
from bot.statements.values.context import Context

SHORTEST_PART = 4  # characters of a part by which an activity is called
UNIT_KEY = "reporting_unit"
PERSON_KEY = "contact_person"
BY_SURNAME = re.compile(r"[\u4e00-\u9fff](?:工|总|姐|哥|叔|姨|师傅|医生|教授)的?")
WHICH_FORM = re.compile(
    r"的?[那这]?(?:一)?(?:份|张)(?:申报表|登记表|汇总表|表格?)?的?$|的?[那这](?:个|项)(?:活动)?的?$|的(?:申报表|登记表|汇总表|表格?)的?$"
)
ROW = re.compile(
    r"(?:第\s*(\d{1,4}|[一二三四五六七八九十]{1,3})\s*(?:行|项|个)|(?:序号|编号)\s*(?:为|是)?\s*(\d{1,4})|(?<!\d)(\d{1,4})\s*号)\s*(?:活动|项目)?\s*"
    r"(?:（[^（）]{0,40}）|\([^()]{0,40}\)|“[^“”]{0,40}”|《[^《》]{0,40}》)?\s*(?:的|中)?\s*[，,:：、]?"
)


def row_of_piece(target: str, row: int | None, context: Context) -> int | None:
    """The row that a piece is about, -1 for the form's own fields, None where that is not clear."""
    if not context.form.rows:
        return -1
    if target in {spec.key for spec in context.definition.field}:
        return -1
    return row if row is not None and row >= 0 else row_for(target, context)


def row_named(line: str, context: Context) -> tuple[int | None, str]:
    """The row that the line names by number or by the activity's name, and the line without that; None: no row named."""
    if not context.form.rows:
        return -1, line
    match = ROW.search(line)
    if match and 1 <= (number := number_in(match)) <= len(context.form.rows):
        return number - 1, line[: match.start()] + line[match.end() :]
    anchor = context.definition.anchor
    named = [i for i, row in enumerate(context.form.rows) if is_named(row.get(anchor), line)]
    if len(named) != 1:
        return None, line
    name = str(context.form.rows[named[0]][anchor].value)
    return named[0], re.sub(rf"[“\"「《【]?{re.escape(name)}[”\"」》】]?(?:的)?", "", line, count=1)


def number_in(match: re.Match[str]) -> int:
    """The row that is named, 0 where that is no number."""
    return counted_value(next(group for group in match.groups() if group)) or 0


def is_named(name: Value | None, line: str) -> bool:
    key = name_key(str(name.value)) if name and name.value else ""
    return len(key) >= 3 and key in re.sub(r"[\W_]+", "", squeeze(line))


def row_for(target: str, context: Context) -> int | None:
    """Without a row named: the form's own fields, or the one row that was asked about in this field."""
    keys = set(fields_of(target))
    rows = {row for problem, row in context.messages.values() if problem.field in keys and row >= 0}
    if len(rows) == 1:
        return rows.pop()
    return 0 if len(context.form.rows) == 1 else None


def is_own_name(word: str, row: int | None, context: Context) -> bool:
    """The name of the activity that is spoken of, in whatever marks; «农业农村局那份» is the form of that unit, «张工» its «张启航»."""
    whom = context.form.fields.get(PERSON_KEY)
    if (
        row in (None, -1)
        and whom
        and str(whom.value).startswith(word.strip()[:1] or "?")
        and BY_SURNAME.fullmatch(word.strip())
    ):
        return True
    plain = WHICH_FORM.sub("", re.sub(r"^[“\"「《【]+|[”\"」》】]+$", "", word.strip()))
    own = context.form.fields.get(UNIT_KEY)
    if (
        plain != word.strip()
        and row in (None, -1)
        and own
        and len(key := squeeze(plain)) >= 3
        and key in squeeze(str(own.value))
    ):
        return True
    anchor = context.definition.anchor
    names = [context.form.fields.get(anchor), *(one.get(anchor) for one in context.form.rows)]
    if row is not None and row >= 0 and context.form.rows:
        names = [context.form.rows[row].get(anchor)]
    if not any(name and name.value for name in names) and plain != word.strip():
        return True  # no other is known
    key = name_key(plain)
    called = [name_key(str(name.value)) for name in names if name and name.value]
    is_part = len(key) >= SHORTEST_PART and not context.form.rows  # «绘本故事会» of «少儿科普绘本故事会»
    return any(len(key) >= 3 and (key == one or (is_part and key in one)) for one in called)
