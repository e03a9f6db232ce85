"""What stands in brackets behind a name («陈嘉怡（女，1990年2月生）»), to the empty fields that ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.base.replacing import replace
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.entry.draft import Draft

NOTED = re.compile(r"([\u4e00-\u9fff·]{2,8})[（(]([^（）()]{1,20})[)）]")
TOLD = {
    "性别": re.compile("([男女])"),
    "出生": re.compile(r"((?:19|20)\d\d\s*[年.]\s*\d{1,2}\s*月?)\s*生?"),
    "关系": re.compile(
        "(父亲?|母亲?|爸爸?|妈妈?|[儿女长次]子|[儿长次]?女儿?|丈夫|妻子?|配偶|爷爷|奶奶|外公|外婆|[哥姐弟妹]{1,2}|同[事学]|朋友)"
    ),
}
NEAR = 12  # fields behind the name that may tell of the same person


def share_notes(draft: Draft, definition: FormDefinition) -> None:
    """Only where all that stands in the brackets has an empty field of the same person."""
    for n, spec in enumerate(definition.field):
        noted = NOTED.fullmatch(str(draft.plain(spec.key) or "")) if spec.kind == "person" else None
        if noted is None:
            continue
        beside = [one for one in definition.field[n + 1 : n + 1 + NEAR] if is_free(one, spec, draft)]
        told = [asked_by(part.strip(), beside) for part in re.split("[，,、；;]", noted[2])]
        if all(told):
            value = draft.fields[spec.key]
            draft.fields |= {key: replace(value, value=text) for key, text in (one for one in told if one)}
            draft.fields[spec.key] = replace(value, value=noted[1])


def is_free(one: FieldSpec, name: FieldSpec, draft: Draft) -> bool:
    is_same = (one.section, one.under, one.kind) == (name.section, name.under, "text") or (
        one.kind == "text" and not one.section and not one.under and not name.under
    )
    return is_same and draft.plain(one.key) is None and not draft.doubted(one.key)


def asked_by(part: str, beside: Iterable[FieldSpec]) -> tuple[str, str] | None:
    """The key of the field that asks for *part*, and its value."""
    for word, pattern in TOLD.items():
        match = pattern.fullmatch(part)
        one = next((one for one in beside if match and word in (one.words or one.label)), None)
        if match and one:
            return one.key, match[1]
    return None
