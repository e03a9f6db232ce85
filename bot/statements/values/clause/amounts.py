"""Numbers that are no whole: so many more or fewer. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import fields_of
from bot.forms.model import Form
from bot.forms.values.numerals import counted_value
from bot.statements.values.context import Passage
from bot.statements.values.put import spec_of

# «工作人员增加4人», «少来20人»; «增加到14人» says how many there are.
STEP = re.compile(
    r"(?<![最至])(?P<step>增加|新增|减少|增|减|[再又]?[加添]|多|少)(?:了|派|来|出|安排|配|招)*\s*(?P<by>\d+|[一二两三四五六七八九十百]+)\s*(?:多|来|余)?(?:个|名|位|人)"
)


def by_how_many(passage: Passage, form: Form, definition: FormDefinition) -> Passage:
    """*passage*, not certain, with the number that the step which it tells would make of what stands there."""
    if len(passage.pieces) != 1 or not (step := STEP.search(passage.written)):
        return passage
    piece = passage.pieces[0]
    keys = fields_of(piece.target)
    specs = [spec_of(definition, key, piece.row) for key in keys]
    if not all(spec and spec.kind == "count" for spec in specs) or not re.search(
        rf"(?<!\d){step['by']}(?!\d)", piece.text
    ):
        return passage
    stands = form.plain(keys[0]) if piece.row < 0 and len(keys) == 1 else None
    by = counted_value(step["by"])
    made = 0
    if by is not None and isinstance(stands, int):
        made = stands - by if re.search("[减少]", step["step"]) else stands + by
    text = f"{made}人" if made > 0 else ""
    return replace(passage, pieces=(replace(piece, text=text),), sure=False, is_change=True)
