"""A form with a label beside each value (registration): what was collected -> ``Form``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.base.campaign import Campaign
from bot.base.problems import Code
from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze
from bot.documents.model import Document, Paragraph
from bot.forms.checks import problems_of_fields
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition
from bot.forms.entry.draft import Draft
from bot.forms.entry.scans import options_mended, unsure, unsure_reading
from bot.forms.entry.signature import signature
from bot.forms.entry.signed import apart, dated
from bot.forms.entry.value import PROMPT, Doubt, read_field, split_group, strip_own_label
from bot.forms.fields.collect import LONE_DAY, Collector
from bot.forms.fields.noted_names import share_notes
from bot.forms.labels.index import members
from bot.forms.labels.neighbours import without_neighbours
from bot.forms.labels.particular import is_own
from bot.forms.labels.places import Region, heads_of
from bot.forms.labels.raw import Found, Line, RawForm, has_marks, is_ditto
from bot.forms.labels.titles import other_title
from bot.forms.model import Form, Kind, Place, Plain, Value
from bot.forms.values.phones import is_mobile, read_phones
from bot.forms.values.tick_marks import EMPTIES, TICKS

TYPED_VALUES = 3
BOXED = re.compile(rf"[{TICKS}{EMPTIES}]\s*([\u4e00-\u9fff]+)")
MOST_PLACES = 40  # of one value
Told = tuple[str, tuple[Place, ...]]  # a text and where it stands


def collect_forms(
    document: Document, regions: Sequence[Region], definition: FormDefinition, others: Iterable[FormDefinition]
) -> list[RawForm]:
    """Everything in the document that has enough of this definition's labels, blank forms too; ``regions`` are the blocks not taken yet.

    The title of one of the *others* ends the form that stands before it.
    """
    collector = Collector(definition, others, ocr=document.ocr, paged=document.format == "pdf")
    if not document.is_body and other_title(document.name.rsplit(".", 1)[0], definition):
        collector.refuse()
    lines: list[Line] = []
    for at, region in enumerate(regions):
        block = region.block
        if isinstance(block, Paragraph):
            lines += [Line(line, region.place, block.confidence, at) for line in block.text.split("\n")]
            continue
        collector.paragraphs(lines)
        lines = []
        collector.at = at
        if region.rows is None or region.rows > 0:
            collector.table(block, region)
        if region.taken:
            # A summary table ends whatever form stood before it.
            collector.begin()
    collector.paragraphs(lines)
    return [raw for raw in collector.forms if is_form(raw, definition)]


def of_others(
    document: Document, regions: Sequence[Region], raws: Sequence[RawForm], definition: FormDefinition
) -> list[RawForm]:
    """Those of *raws* that are another office's forms; of a scan nobody can be certain."""
    return [] if document.ocr else [raw for raw in raws if not is_ours(raw, regions, definition)]


def is_ours(raw: RawForm, regions: Sequence[Region], definition: FormDefinition) -> bool:
    labels: dict[str, str] = {}
    for found in raw.found:
        if len(found.label) >= len(labels.get(found.target, "")):
            labels[found.target] = found.label
    return is_own(labels, definition, raw.title, heads_of(regions, raw.at), n_strange=raw.n_strange)


def is_form(raw: RawForm, definition: FormDefinition) -> bool:
    """Enough of the form's labels, and more of them where no table frames them (a plan has such lines, too)."""
    targets = {t for t in raw.targets if not t.startswith("@")}
    for target in raw.targets:
        targets.update(members(target)[:1])
    if raw.in_table:
        return len(targets) >= (definition.min_labels if not raw.title else min(3, definition.min_labels))
    if raw.refused or definition.anchor not in targets:
        return False
    return len(targets) >= (definition.min_labels if raw.title else definition.min_typed)


def draft_of(raw: RawForm, definition: FormDefinition, campaign: Campaign, *, is_scan: bool) -> Draft:
    """Read every value of a collected form."""
    signature_apart(raw, definition)
    texts: dict[str, list[Told]] = {}
    sure: dict[str, list[float | None]] = {}
    for found in telling(raw, definition):
        places = places_of(found)
        for key, text in divide(found, definition).items():
            texts.setdefault(key, []).append((text, places))
            sure.setdefault(key, []).extend(piece.confidence for piece in found.pieces)
    signed_apart(definition, texts, sure)
    draft = Draft(n_labels=len(raw.targets))
    labels = definition.labels().values()
    spare: dict[str, dict[str, str]] = {}
    numbers = {f.target: f.pieces[0].number for f in raw.found if len(f.pieces) == 1}
    for spec in definition.field:
        if spec.key not in texts:
            continue
        text, places = combine(spec, [(without_neighbours(t, spec, definition), p) for t, p in texts[spec.key]])
        if is_ditto(text, definition):
            text = text_above(spec, definition, texts)
        elif same := SAME.fullmatch(squeeze(text)):
            text = text_of(same[1], spec, definition, texts) or text
        text = options_mended(spec, text) if is_scan and spec.choices else text
        reading = read_field(spec, text, campaign, definition.blank_phrases, numbers.get(spec.key))
        confidence = lowest_of(sure[spec.key])
        if (is_scan or confidence is not None) and unsure(spec, reading, text, confidence, labels):
            reading = unsure_reading(spec, reading)
        if not reading.doubts and holds_other_options(spec, text, definition):
            reading.doubts.append(Doubt(Code.INVALID, written=text.strip()))
        for key, value in reading.values.items():
            draft.fields[key] = Value(value, text.strip(), places, confidence)
        draft.doubts += [(doubt.key or spec.key, doubt) for doubt in reading.doubts]
        spare[spec.key] = reading.spare
    share_people_and_phones(draft, definition, spare)
    share_notes(draft, definition)
    keep_written(draft, definition, spare)
    for key, signed in signature(raw.tail, definition, campaign).items():
        if draft.plain(key) is None and not draft.doubted(key):
            draft.fields[key] = signed
    for spec in definition.field:
        for key in spec.keys:
            draft.fields.setdefault(key, Value(None))
    return draft


def holds_other_options(spec: FieldSpec, text: str, definition: FormDefinition) -> bool:
    """Whether boxes with the options of another field stand in *text*: where one ends and the other begins was not seen."""
    if spec.kind == "longtext" or not has_marks(text):
        return False
    own = {choice.label for choice in spec.choices}
    others = {choice.label for one in definition.field for choice in one.choices if len(choice.label) > 1} - own
    return any(match[1].startswith(tuple(others)) for match in BOXED.finditer(text))


def signature_apart(raw: RawForm, definition: FormDefinition) -> None:
    """The unit's or the person's name with the day below it, at the end of a text that stands in no table, signs the letter."""
    kinds = {spec.key: spec.kind for spec in definition.field}
    names = {squeeze(p.text) for one in raw.found if kinds.get(one.target) in ("unit", "person") for p in one.pieces}
    for found in raw.found:
        last = [piece.text.strip() for piece in found.pieces[-2:]]
        if found.in_table or kinds.get(found.target) != "longtext" or len(found.pieces) < 3:
            continue
        if squeeze(last[0]) in names and last[1] and LONE_DAY.fullmatch(last[1]):
            raw.tail[:0] = found.pieces[-2:]
            del found.pieces[-2:]


def signed_apart(definition: FormDefinition, texts: dict[str, list[Told]], sure: dict[str, list[float | None]]) -> None:
    """What stands in one cell with an opinion, its signature and its date, to these."""
    for opinion in definition.field:
        parts = [spec for spec in definition.field if spec.of == opinion.key]
        if opinion.key not in texts:
            continue
        if not parts:
            # Nothing but the places that are printed for signature, stamp and date.
            if opinion.kind == "longtext" and re.search("意见|审[核批]", opinion.label):
                texts[opinion.key] = [("" if not apart(text).text else text, at) for text, at in texts[opinion.key]]
            continue
        if all(spec.kind == "text" for spec in parts):
            numbered_apart(opinion, parts, texts, sure)
            continue
        is_name = opinion.kind in {"person", "unit"} or (
            opinion.kind == "text" and not re.search("[签章]", opinion.hint)
        )
        divided = dated if is_name else apart
        found = [(divided(text), places) for text, places in texts[opinion.key]]
        texts[opinion.key] = [(one.text, places) for one, places in found]
        for spec in parts:
            told = [(one.day if spec.kind == "date" else one.who, places) for one, places in found]
            if spec.key not in texts or any(text for text, _ in told):
                texts[spec.key], sure[spec.key] = told, sure[opinion.key]


NUMBER = re.compile(r"(?:^|(?<=[\s；;，,。]))[(（]?(?:([1-9])[)）.、．](?!\d)|([①-⑨]))")


def numbered_apart(
    whole: FieldSpec, parts: Sequence[FieldSpec], texts: dict[str, list[Told]], sure: dict[str, list[float | None]]
) -> None:
    """«1.审计 2.税务 3.»: each to its own field; another list than the printed one stays whole."""
    text, places = combine(whole, texts[whole.key])
    marks = list(NUMBER.finditer(text))
    numbers = [int(m[1]) if m[1] else "①②③④⑤⑥⑦⑧⑨".index(m[2]) + 1 for m in marks]
    if not numbers or numbers != list(range(1, len(numbers) + 1)) or len(numbers) > len(parts):
        return
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    texts[whole.key] = [(text[: marks[0].start()], places)]
    for spec, mark, end in zip(parts, marks, ends, strict=False):
        texts[spec.key], sure[spec.key] = [(text[mark.end() : end].strip(" \t\n；;，,_"), places)], sure[whole.key]


def telling(raw: RawForm, definition: FormDefinition) -> list[Found]:
    """What counts where a label came several times: the table before the lines around it, for the unit and the date
    above the form its first filled place; a bare day beside the unit, maybe that of a stamp, where no label names one."""
    outside = {spec.key for spec in definition.field if spec.outside}
    in_table = {f.target for f in raw.found if f.in_table and f.has_text}
    named = {f.target for f in raw.found if f.label and f.has_text} & outside
    kept: list[Found] = []
    for found in raw.found:
        if found.target in named and not found.label and not found.in_table:
            continue
        if found.target in outside and any(k.target == found.target and k.has_text for k in kept):
            continue
        if found.target not in outside and not found.in_table and found.target in in_table:
            continue
        kept.append(found)
    return kept


def places_of(found: Found) -> tuple[Place, ...]:
    """Where the pieces that say something stand; where none does, the empty place."""
    told = [piece.place for piece in found.pieces if not is_blank(piece.text) or has_marks(piece.text)]
    return tuple(told[:MOST_PLACES]) or tuple(piece.place for piece in found.pieces[:1])


ALIKE = ({"unit"}, {"person"}, {"phone", "mobile"})
IDENTIFYING = {"unit", "person", "phone", "mobile", "email", "code"}
SAME = re.compile("同([\u4e00-\u9fff]{2,6}?)号?码?")


def text_above(spec: FieldSpec, definition: FormDefinition, texts: dict[str, list[Told]]) -> str:
    """The text of the nearest earlier field of the same sort; empty where there is none (a venue is not the activity's name)."""
    sort = next((kinds for kinds in ALIKE if spec.kind in kinds), set[str]())
    earlier = definition.field[: definition.field.index(spec)]
    for other in reversed(earlier):
        if other.kind in sort and other.key in texts:
            text = combine(other, texts[other.key])[0]
            if not is_blank(text) and not is_ditto(text, definition):
                return text
    return ""


def text_of(name: str, spec: FieldSpec, definition: FormDefinition, texts: dict[str, list[Told]]) -> str:
    """«同手机», «同申报单位»: the text of the one other field that is called so, or has it in its name."""
    others = [one for one in definition.field if one is not spec and one.key in texts]
    named = [one for one in others if name in map(squeeze, one.names)]
    if not named and spec.kind in IDENTIFYING:
        named = [one for one in others if any(name in squeeze(label) for label in one.names)]
    return combine(named[0], texts[named[0].key])[0] if len(named) == 1 else ""


def divide(found: Found, definition: FormDefinition) -> dict[str, str]:
    """The text behind a label by field key: a group's text is divided among its fields."""
    if members(found.target):
        text = " ".join(piece.text for piece in found.pieces)
        return split_group(definition, members(found.target), text)
    spec = definition.spec(found.target)
    if spec and spec.kind == "count" and found.pieces:
        # The sentence of both counts, in cells of its own («预计公众参与活动人数 | 500 | 人，组织工作人员 | 20 | 人») or typed in a line.
        group = next((group.keys for group in definition.group if spec.key in group.keys), None)
        if group:
            return split_group(definition, group, " ".join([spec.label, *(piece.text for piece in found.pieces)]))
    joint = "\n" if spec and spec.kind in {"longtext", "choice", "text", "unit", "daterange", "phone"} else " "
    told = [p.text for p in found.pieces if not is_blank(p.text) or has_marks(p.text) or is_ditto(p.text, definition)]
    told = [piece for piece in told if not PROMPT.fullmatch(piece.strip())] if len(found.pieces) > 1 else told
    if len(told) > 1 and all(re.fullmatch(r"[-+]?[\d.,]+%?", piece.strip()) for piece in told):
        joint = "、"  # numbers of several cells are no number
    text = joint.join(told)
    return {found.target: strip_own_label(definition, found.target, text)}


def combine(spec: FieldSpec, texts: list[Told]) -> Told:
    """One text where a label came several times: blanks and repetitions left out, the rest joined."""
    filled = [(text, places) for text, places in texts if not is_blank(text) or has_marks(text)]
    if not filled:
        return texts[0]
    distinct: dict[str, Told] = {}
    for text, places in filled:
        distinct.setdefault(squeeze(text), (text, places))
    if spec.kind == "choice":
        # A whole copy of the list holds all that a part of it says.
        longest = max(distinct.values(), key=lambda pair: len(pair[0]))
        return longest
    joint = "\n" if spec.kind == "longtext" else spec.joint
    everywhere = dict.fromkeys(place for _, places in distinct.values() for place in places)
    return joint.join(text.strip() for text, _ in distinct.values()), tuple(everywhere)


def lowest_of(confidences: Iterable[float | None]) -> float | None:
    return min((c for c in confidences if c is not None), default=None)


def share_people_and_phones(draft: Draft, definition: FormDefinition, spare: dict[str, dict[str, str]]) -> None:
    """A number that stood with a name goes to the telephone fields, a name that stood with a number to the person."""
    specs = (*definition.field, *definition.column)
    person = next((spec for spec in specs if spec.kind == "person"), None)
    phones = [spec for spec in specs if spec.kind in {"phone", "mobile"}]
    for source in (spec for spec in specs if spare.get(spec.key, {}).get("phone")):
        number = spare[source.key]["phone"]
        if digits(number) in {digits(draft.plain(spec.key)) for spec in phones}:
            continue
        empty = [spec for spec in phones if not draft.plain(spec.key) and not draft.doubted(spec.key)]
        fitting = [s for s in empty if s.kind == "phone" or all(map(is_mobile, read_phones(number).numbers))]
        if fitting:
            draft.fields[fitting[0].key] = replace(draft.fields[source.key], value=number)
    name = next(((s.key, n) for s in phones if (n := spare.get(s.key, {}).get("person"))), None)
    if person and name and not draft.plain(person.key):
        draft.fields[person.key] = replace(draft.fields[name[0]], value=name[1])


def keep_written(draft: Draft, definition: FormDefinition, spare: dict[str, dict[str, str]]) -> None:
    """A number that is no mobile one and found no other place stays where it was written (its problem says so)."""
    for spec in definition.field:
        number = spare.get(spec.key, {}).get("phone")
        if spec.kind == "mobile" and number and draft.plain(spec.key) is None:
            placed = {digits(draft.plain(s.key)) for s in definition.field if s.kind == "phone"}
            if digits(number) not in placed:
                draft.fields[spec.key] = replace(draft.fields[spec.key], value=number)


def digits(value: Plain) -> str:
    return "".join(c for c in str(value or "") if c.isdigit())


def is_filled(draft: Draft, definition: FormDefinition, *, in_table: bool = True) -> bool:
    """Somebody wrote into the form itself, more than the unit and the date above it.

    Without a table the next line may be taken for a value where there is none: three values at least.
    """
    inner = [spec for spec in definition.field if not spec.outside]
    filled = {spec.key for spec in inner if any(draft.plain(key) is not None for key in spec.keys)}
    filled |= {
        spec.key
        for spec in inner
        for key, doubt in draft.doubts
        if key in spec.keys and doubt.code is not Code.NOTHING_TICKED
    }
    # What stands around the table of another office's form is more than whose it is.
    around = [spec for spec in definition.field if spec.outside and spec.kind not in {"unit", "date"}]
    told = sum(draft.plain(spec.key) is not None for spec in around)
    return len(filled) >= (1 if in_table else TYPED_VALUES) or told >= TYPED_VALUES


def form_of(
    draft: Draft,
    title: str,
    document: Document,
    definition: FormDefinition,
    definitions: Definitions,
    campaign: Campaign,
) -> Form:
    """The form with its values and the problems of single values."""
    problems = problems_of_fields(draft, definition, definition.field, definitions, campaign, definition.label)
    return Form(
        kind=Kind(definition.kind),
        path=document.path,
        format=document.format,
        fields=draft.fields,
        problems=tuple(problems),
        definition=definition.name,
        labels=definition.labels(),
        title=str(draft.plain(definition.anchor) or title or definition.label),
        ocr=document.ocr,
    )
