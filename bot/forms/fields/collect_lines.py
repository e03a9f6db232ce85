"""Labels and their values in lines of text, form by form: the layout ``fields`` outside of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze, squeezed
from bot.forms.definitions import FormDefinition
from bot.forms.entry.reporting_unit import NEXT_LABEL
from bot.forms.entry.value import ELSEWHERE
from bot.forms.labels.index import LEADING_NUMBER, Kept, LabelIndex, Segment, field_index
from bot.forms.labels.raw import Found, Line, Piece, RawForm, has_marks
from bot.forms.labels.sections import families_of, next_of
from bot.forms.labels.templates import sentence_in
from bot.forms.labels.titles import is_example, is_title, other_title
from bot.forms.model import Place
from bot.forms.values.tick_marks import EMPTIES, TICKS

MARGIN = 0.95  # of the page's height, below it
MAX_LINES_AFTER = 300
DAYS = {"date", "daterange", "text", "longtext"}  # kinds whose value may hold a date
LONGEST_UNIT = 40  # characters
LOOK_AHEAD = 40  # lines
BROKEN_OVER = 3  # lines
BROKEN_PIECE = 7  # characters
STAMP_PLACE = re.compile(r"\s*[^\s：:（()）]{2,12}[（(]\s*(?:公\s*章|盖\s*章|签\s*章)\s*[)）]\s*")
STAMPED = re.compile(rf"{STAMP_PLACE.pattern}[：:]")
LETTERED = re.compile(r"\s*[A-H][.、．)）]\s*\S")
OTHER_LABEL = re.compile(r"^\s*[^\s：:，。\d]{1,10}\s*[：:]")


class Sorts(NamedTuple):
    """Keys of fields: those outside of the table, those of them that hold no day, long texts, what may go on in further lines; and where the label
    of one outside stands behind another word."""

    outside: frozenset[str]
    units: frozenset[str]
    long: frozenset[str]
    open_ended: frozenset[str]
    glued: re.Pattern[str] | None


@Kept
def sorts_of(definition: FormDefinition) -> Sorts:
    outside = [spec for spec in definition.field if spec.outside]
    names, days = (
        "|".join(re.escape(name) for spec in some for name in spec.names if len(name) >= 4)
        for some in (outside, [spec for spec in outside if spec.kind in ("date", "daterange")])
    )
    before_day = rf"|(?<=[^：:])({days})(?=\s*\d{{4}}\s*[年./-])" if days else "|()(?!)"
    long = frozenset(spec.key for spec in definition.field if spec.kind == "longtext")
    return Sorts(
        frozenset(spec.key for spec in outside),
        frozenset(spec.key for spec in outside if spec.kind not in DAYS),
        long,
        long | {spec.key for spec in definition.field if spec.kind == "choice"},
        re.compile(rf"(?<=[^\s：:])({names})\s*[：:]{before_day}") if names else None,
    )


class LineCollector:
    """Labels in lines of text: outside of tables, behind them, and in pages written into a sheet."""

    def __init__(
        self,
        definition: FormDefinition,
        others: Iterable[FormDefinition] = (),
        *,
        ocr: bool = False,
        paged: bool = False,
    ) -> None:
        self.definition = definition
        self.others = tuple(others)
        self.index: LabelIndex = field_index(definition)
        self.ocr = ocr
        self.paged = ocr or paged
        self.families = families_of(definition)
        self.printed = squeezed(definition.printed)
        self.outside, self.units, self.long, self.open_ended, self.glued = sorts_of(definition)
        self.current = RawForm()
        self.forms: list[RawForm] = [self.current]
        self.last: Found | None = None
        self.lines_after_table = 0
        self.wrapped: list[Piece] = []
        self.adjoins = False
        self.at = 0
        self.line_number = 0
        self.heading = ""  # the last line above a table

    def begin(self, title: str = "") -> None:
        """Start the next form; an empty one is used again."""
        if self.current.found:
            self.current = RawForm(refused=self.current.refused and not title)
            self.forms.append(self.current)
        elif title:
            self.current.refused = False
        self.current.title = title
        self.wrapped = []
        self.last = None
        self.lines_after_table = 0

    def titled(self, title: str) -> None:
        """A title: the next form's, or once more the one of the form whose head stands already (as a row of its table)."""
        current = self.current
        same = squeeze(current.title) == squeeze(title) if current.title else len(self.forms) == 1
        head_only = bool(current.found) and not current.in_table and current.targets <= self.outside
        if current.example and not current.found:
            current.title = title
        elif not (same and head_only):
            self.begin(title)

    def refuse(self) -> None:
        """Lines under another title («活动方案») are no form, however many labels they have; a table still is."""
        if not self.current.in_table:
            self.begin()
            self.current.refused = True

    def add(self, target: str, *, in_table: bool, label: str = "", goes_on: bool = False) -> Found:
        """A label: part of the current form, or the first of the next one unless the form *goes_on*."""
        current = self.current
        if target in self.families:
            target = next_of(target, self.families, lambda key: current.has(key, in_table=in_table))
        anchored = current.has(self.definition.anchor)
        again = current.has(target, in_table=in_table)
        if again and anchored and not goes_on and self.ends_form(target, in_table=in_table):
            self.begin()
        found = Found(target, in_table, label=label)
        if not self.current.found:
            self.current.at = self.at
        self.current.put(found)
        self.last = found
        return found

    def ends_form(self, target: str, *, in_table: bool) -> bool:
        """Whether a label that came before begins the next form: what it is about, the first of its table, what is printed above it; but not
        while the form itself prints it more than once (on a cover)."""
        anchor, times = self.definition.anchor, self.definition.anchor_times
        if times > 1 and (target != anchor or len(self.current.of(anchor)) < times):
            return False
        return target == anchor or target in self.outside or (in_table and target == self.first_in_table())

    def first_in_table(self) -> str:
        return next((found.target for found in self.current.found if found.in_table), "")

    # -- lines ---------------------------------------------------------------------------------------------

    def paragraphs(self, lines: Sequence[Line]) -> None:
        """Lines with place and confidence that follow one another; a label broken over up to three is put together."""
        i = 0
        while i < len(lines):
            line = lines[i]
            broken = self.whole_sentence(lines[i : i + BROKEN_OVER])
            joined = broken or self.broken_label([line.text for line in lines[i : i + BROKEN_OVER]])
            i += max(joined, 1)
            if joined:
                between = " " if broken else ""
                line = replace(line, text=between.join(line.text.strip() for line in lines[i - joined : i]))
            self.at = max(self.at, line.at)
            self.heading = line.text if line.text.strip() else self.heading
            self.line(line.text, line.place, line.confidence, [line.text, *(n.text for n in lines[i : i + LOOK_AHEAD])])

    def broken_label(self, lines: Sequence[str]) -> int:
        """How many of *lines* make up one label («主要活动» + «类型»); 0 where the first stands for itself."""
        short = [squeeze(line) for line in lines]
        if not 0 < len(short[0]) <= BROKEN_PIECE:
            return 0
        for n in range(len(short), 1, -1):
            pieces = short[:n]
            if all(0 < len(p) <= BROKEN_PIECE for p in pieces) and "".join(pieces).rstrip(":") in self.index.names:
                return n
        return 0

    def sentence(self, line: str, place: Place, confidence: float | None, *, in_table: bool = False) -> str | None:
        """Where *line* is one of the form's sentences with gaps, its values are taken, and what is left of it is given back."""
        found = sentence_in(line, self.definition, lambda key: self.current.has(key, in_table=in_table))
        if found is None:
            return None
        # The next form repeats all that a sentence has; one that tells anything new is of this form.
        goes_on = not all(self.current.has(key, in_table=in_table) for key, _, _ in found.values)
        for key, label, value in found.values:
            there = self.add(key, in_table=in_table, label=label, goes_on=goes_on)
            there.pieces.append(Piece.of(value, place, confidence))
        self.last, self.adjoins, self.wrapped = None, False, []
        return found.rest

    def whole_sentence(self, lines: Sequence[Line]) -> int:
        """How many of *lines*, broken by who filled a gap, make up one of the form's sentences; 0 where the first stands for itself."""
        if not self.definition.lines or sentence_in(lines[0].text, self.definition):
            return 0
        for n in range(2, len(lines) + 1):
            if lines[n - 1].place.paragraph != lines[0].place.paragraph:
                break
            if sentence_in(" ".join(line.text for line in lines[:n]), self.definition):
                return n
        return 0

    def line(self, line: str, place: Place, confidence: float | None, ahead: Sequence[str]) -> None:
        self.line_number += 1
        if (is_blank(line) and not has_marks(line)) or (self.printed and squeeze(line) in self.printed):
            self.adjoins = False
            return
        if is_example(line, self.definition):
            self.begin(line.strip())
            self.current.example = True
            return
        if is_title(line, self.definition):
            self.titled(line.strip())
            self.sentence(line, place, confidence)  # «工作台账（2025年第一季度）»
            return
        if len(line) <= 80 and any(is_title(line, other) for other in self.others):
            self.begin()
            self.refuse()
            return
        rest = self.sentence(line, place, confidence)
        if rest is None or any(box in rest for box in EMPTIES + TICKS):
            self.labelled(line if rest is None else rest, place, confidence, ahead, is_rest=rest is not None)

    def labelled(
        self, line: str, place: Place, confidence: float | None, ahead: Sequence[str], *, is_rest: bool = False
    ) -> None:
        """A line with labels, or one that goes on with the value before; of what is left of a sentence its own gaps are told already."""
        after_table = self.current.in_table
        if self.glued:
            # «填报单位：晋江市科协填报日期：…», «填报单位：晋江市科协  填报日期2023年8月25日»
            line = self.glued.sub(lambda match: f"  {match[1] or match[2]}：", line)
        prefix, segments = self.index.segments(line, weak=not after_table)
        if not segments and self.current.title and not self.current.targets - self.outside:
            segments = self.stand_ins(line)
        if not segments and after_table and (alone := self.index.whole(line)):
            # A label on a line of its own, with its value below.
            segments = [Segment(alone, line, "", 0)]
        segments = [s for s in self.up_to_long(line, segments) if self.wanted(s.target, after_table)]
        segments = [s for s in segments if not (is_rest and self.current.has(s.target))]
        if self.inside_long_text() and not self.starts_field(line, segments, ahead):
            if STAMPED.match(line):
                self.last = None  # «预约单位（公章）：», told above: the end of the text
            segments = []
        if not segments:
            if not self.inside_long_text() and other_title(line, self.definition) and not self.is_footer(line):
                self.refuse()
            self.continue_last(line, place, confidence)
            return
        is_printed = squeeze(prefix) in self.printed
        if not is_blank(prefix) and not is_printed and not after_table and segments[0].start > 4:
            self.continue_last(prefix, place, confidence)
        if self.last and self.wrapped:
            # Lines between two labels go on with the value before (mails are wrapped); behind the last label is the letter's end.
            self.last.pieces += self.wrapped
            self.wrapped = []
        for segment in segments:
            is_told = any(one.has_text for one in self.current.of(segment.target))
            is_stamp = is_told and bool(STAMPED.match(line))
            found = self.add(segment.target, in_table=False, label=segment.label, goes_on=is_stamp and not after_table)
            found.line = self.line_number
            value = segment.value
            if is_stamp and self.current.of(segment.target)[0] is not found:
                # The stamp's place at the end: who it is was said above.
                self.current.tail.append(Piece.of(value, place, confidence))
                value = ""
            if segment.target in self.units and (cut := NEXT_LABEL.search(value)):
                # «填报单位：…  填报人：…»
                self.undated(value[cut.start() :], segments, place, confidence)
                value = value[: cut.start()]
            found.pieces.append(Piece.of(value, place, confidence))
        self.adjoins = True

    def undated(self, rest: str, segments: Sequence[Segment], place: Place, confidence: float | None) -> None:
        """A bare date behind the unit («填报单位：晋江市科协  2023.8.28»)."""
        day = self.definition.outside("date")
        said = {segment.target for segment in segments}
        if day and day.key not in said and not self.current.has(day.key) and re.match(r"\s*20\d\d\s*[年./-]", rest):
            self.current.put(Found(day.key, False, [Piece.of(rest, place, confidence)], self.line_number))

    def stand_ins(self, line: str) -> list[Segment]:
        """«单位：…  日期：…» below the title: labels that count only here."""
        names = {name: spec.key for spec in self.definition.field if spec.outside for name in spec.fallback}
        hits = [
            (match.start(), match.end(), names[match[1]])
            for match in re.finditer(rf"(?<!\S)({'|'.join(map(re.escape, names)) or '(?!)'})\s*[：:]", line)
        ]
        ends = [*(start for start, _, _ in hits[1:]), len(line)]
        found = [Segment(t, line[a:b], line[b:c].strip(), a) for (a, b, t), c in zip(hits, ends, strict=False)]
        return found if found and not line[: found[0].start].strip() else []

    def wanted(self, target: str, after_table: bool) -> bool:
        """Behind a table a line only adds what has no label in the table, or begins the next form."""
        return not after_table or target in self.outside or not self.current.has(target)

    def up_to_long(self, text: str, segments: list[Segment]) -> list[Segment]:
        """A long text runs to the end: labels inside it count only at the start of a line and for fields not seen yet."""
        first = next((i for i, segment in enumerate(segments) if segment.target in self.long), None)
        if first is None:
            return segments
        seen = {segment.target for segment in segments[: first + 1]} | self.current.targets
        kept = segments[: first + 1]
        for segment in segments[first + 1 :]:
            head = text[text.rfind("\n", 0, segment.start) + 1 : segment.start]
            if "\n" in text[: segment.start] and len(head.strip()) <= 3 and segment.target not in seen:
                kept.append(segment)
                seen.add(segment.target)
        for i, segment in enumerate(kept[first:], first):
            stop = kept[i + 1].start if i + 1 < len(kept) else len(text)
            value = text[segment.start + len(segment.label) : stop]
            kept[i] = replace(segment, value=value.strip(" \t\u3000\xa0"))
        return kept

    def inside_long_text(self) -> bool:
        return bool(self.last and self.last.target in self.long and self.last.has_text)

    def starts_field(self, line: str, segments: list[Segment], ahead: Sequence[str]) -> bool:
        """Inside a long text a label counts only at the start of its line, and only while its field is empty
        (or where the whole form begins again)."""
        before = line[: segments[0].start] if segments else ""
        is_printed = squeeze(before) in self.printed  # «本人承诺作品为原创。  签名：»
        is_printed = is_printed or bool(STAMP_PLACE.fullmatch(before))  # «预约单位（盖章）    经办人：»
        if not segments or (len(before) > 3 and not is_numbering(before) and not is_printed):
            return False
        target = segments[0].target
        if self.current.has(target) and target == self.definition.anchor:
            return self.begins_again(ahead)
        return target in self.outside or not self.current.has(target)

    def begins_again(self, ahead: Sequence[str]) -> bool:
        """The lines *ahead* hold most of the labels that this form had: the next form, not a part of its content."""
        seen: set[str] = set()
        for line in ahead:
            found = [s.target for s in self.index.segments(line, weak=True)[1] if s.start <= 3]
            if seen and self.definition.anchor in found:
                break
            seen.update(found)
        return len(seen) >= max(self.definition.min_typed, 0.6 * len(self.current.targets))

    def continue_last(self, line: str, place: Place, confidence: float | None) -> None:
        """A line without label: more of a long text or choice, or the value of a label that stood alone."""
        last = self.last
        if self.is_footer(line):
            return
        if last is None or self.current.in_table:
            self.current.tail.append(Piece.of(line, place, confidence))
        if last is None:
            return
        if any(squeeze(line).startswith(squeeze(word)) for word in self.definition.closings):
            self.last, self.wrapped = None, []
            return
        if self.current.in_table:
            is_same = bool(last.pieces) and 0 < place.paragraph == last.pieces[-1].place.paragraph
            if not last.in_table and (is_same or LETTERED.match(line)) and last.target in self.open_ended:
                last.pieces.append(Piece.of(line, place, confidence))  # what the letter of an answer stands for
                return
            if last.target not in self.long or self.lines_after_table > MAX_LINES_AFTER:
                return
            told = last.has_text and not all(is_blank(p.text) or ELSEWHERE.fullmatch(p.text) for p in last.pieces)
            is_text = (
                self.begins_text(line) or not last.in_table
            )  # «意见和建议：» below the table, with its place below it
            in_margin = last.has_text and is_in_margin(place, last.pieces[-1].place)
            goes_on = not told or (self.paged and not last.pieces[-1].room and not in_margin)
            if not self.lines_after_table and not (is_text and goes_on):
                return
            self.lines_after_table += 1
        elif last.has_text and last.target not in self.open_ended:
            if self.adjoins and not OTHER_LABEL.match(line):
                self.wrapped.append(Piece.of(line, place, confidence))
            return
        elif not last.has_text and not self.fits(last.target, line):
            return
        last.pieces.append(Piece.of(line, place, confidence))

    def fits(self, target: str, line: str) -> bool:
        """What stands below a lone «填报单位：» may be its value, or the next thing on the page («协办单位：…»)."""
        if target not in self.open_ended and OTHER_LABEL.match(line):
            return False
        spec = self.definition.spec(target)
        if spec is not None and spec.outside and spec.kind == "unit":
            return len(squeeze(line)) <= LONGEST_UNIT and not re.search(r"[\d。；！？]", line)
        return spec is None or spec.kind != "date" or bool(re.search(r"\d", line))

    @staticmethod
    def begins_text(line: str) -> bool:
        return len(squeeze(line)) >= 8 or bool(LEADING_NUMBER.match(squeeze(line)))

    def is_footer(self, text: str) -> bool:
        line = squeeze(text)
        return line.startswith(tuple(squeezed(self.definition.footers)))


def is_in_margin(place: Place, cell: Place) -> bool:
    """Whether *place* lies at the foot of the page on which the *cell* ends, where programs print lines of their own."""
    spots = place.spots[:1], cell.spots[-1:]
    return all(spots) and spots[0][0].page == spots[1][0].page and spots[0][0].top > MARGIN


def is_numbering(text: str) -> bool:
    return not LEADING_NUMBER.sub("", squeeze(text))
