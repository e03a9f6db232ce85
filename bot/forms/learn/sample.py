"""A definition tried on its own blank form: filled with a sample, read back, compared. What does not come back as it was written is told."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from bot.base.campaign import Campaign
from bot.base.clock import day_text
from bot.base.text import squeeze
from bot.documents.model import Document
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition
from bot.forms.learn.filling import filled_document, fillings
from bot.forms.model import Form, plain_text
from bot.forms.read import read_forms

LONGEST_MEASURE = 6  # characters
NAMES = ("陈明华", "林秀珍", "黄志强", "吴小玲", "王建国", "张丽", "李伟", "郑晓东")


class Trial(Struct, frozen=True):
    """What was tried: ``lost`` are labels whose sample did not come back, each with what did; ``errors`` what the sender would be told."""

    tried: int
    lost: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


def try_on(blank: Document, definition: FormDefinition, definitions: Definitions, campaign: Campaign) -> Trial:
    texts, ticked = samples_of(definition.field, campaign)
    entry, _ = samples_of(definition.column, campaign, first=len(definition.field))
    filled = filled_document(blank, fillings(blank, definition, texts, ticked, [entry] if entry else []))
    forms = [form for form in read_forms(filled, definitions, campaign) if form.definition == definition.name]
    if not forms:
        return Trial(0, ("整张表：填好以后认不出来",))
    form = forms[0]
    lost = [said for spec in definition.field if (said := lost_of(spec, form, texts, ticked))]
    for spec in definition.column:
        value = next((row[spec.key] for row in form.rows if spec.key in row), None)
        if not same(plain_text(value.value) if value else "", entry.get(spec.key, "")):
            lost.append(f"{spec.label}（表中一列）：填“{entry.get(spec.key, '')}”，读到“{value.text if value else ''}”")
    if len(forms) > 1:
        lost.append(f"一张表读成了{len(forms)}张")
    errors = tuple(problem.message for problem in form.problems if problem.is_error)
    return Trial(len(definition.field) + len(definition.column), tuple(lost), errors)


def lost_of(spec: FieldSpec, form: Form, texts: dict[str, str], ticked: dict[str, tuple[str, ...]]) -> str:
    found = form.plain(spec.key)
    if spec.kind == "choice":
        wanted = "、".join(ticked[spec.key])
        return "" if found == ticked[spec.key] else f"{spec.label}：勾选“{wanted}”，读到“{plain_text(found)}”"
    wanted = texts[spec.key]
    if isinstance(found, date):
        return "" if day_text(found) == wanted else f"{spec.label}：填“{wanted}”，读到“{day_text(found)}”"
    return "" if same(plain_text(found), wanted) else f"{spec.label}：填“{wanted}”，读到“{plain_text(found)}”"


def same(found: str, wanted: str) -> bool:
    def bare(text: str) -> str:
        digits = "".join(c for c in text if c.isdigit())
        return digits if len(digits) >= 4 and len(digits) > len(text) / 3 else squeeze(text)

    # What is printed behind the place is a part of what was written («12平方米»).
    measured = len(squeeze(found)) <= len(squeeze(wanted)) + LONGEST_MEASURE and squeeze(found).startswith(
        squeeze(wanted)
    )
    is_same = bare(found).lstrip("0") == bare(wanted).lstrip("0")
    return is_same or measured or squeeze(wanted).startswith(squeeze(found) or "\0")


def samples_of(
    specs: tuple[FieldSpec, ...], campaign: Campaign, first: int = 0
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """A value of its kind for each field, unlike every other; options ticked."""
    texts: dict[str, str] = {}
    ticked: dict[str, tuple[str, ...]] = {}
    for n, spec in enumerate(specs, first):
        if spec.kind == "choice":
            ticked[spec.key] = (next((c.label for c in spec.choices if not c.noted), spec.choices[0].label),)
        else:
            texts[spec.key] = sample_of(spec, n, campaign)
    return texts, ticked


def sample_of(spec: FieldSpec, n: int, campaign: Campaign) -> str:
    day = campaign.starts + timedelta(days=n % max(1, (campaign.ends - campaign.starts).days))
    ways = {
        "person": NAMES[n % len(NAMES)],
        "unit": f"晋江市第{'一二三四五六七八九'[n % 9]}中学",
        "phone": f"0595-2200{n:04d}",
        "mobile": f"1390000{n:04d}",
        "email": f"kepu{n}@example.com",
        "date": day_text(day),
        "daterange": day_text(day),
        "count": str(20 + n),
        "code": f"3500{n:04d}",
        "id_card": "350502201001010010",
        "money": f"{n + 1}万元",
        "yes_no": "是",
        "longtext": f"这里是第{n}项的试填内容，共有两句话。",
    }
    return ways.get(spec.kind, f"试填内容{n}")
