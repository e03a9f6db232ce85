"""Which field each line of an answer is about: by label, by the number of a problem, by the quoted problem itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from bot.base.text import Squeezed, fold, is_blank, squeeze
from bot.forms.definitions import FormDefinition
from bot.forms.model import Form
from bot.statements.values.alone import only_question
from bot.statements.values.clauses import (
    FORMATTED,
    MENTIONS_PERSON,
    is_doubtful,
    sentence_pieces,
    without_tail,
)
from bot.statements.values.context import Addressed, Context, Statement, context_of
from bot.statements.values.values import says_nothing, trimmed_value
from bot.statements.values.which_row import (
    is_own_name,
    row_named,
    row_of_piece,
)
from bot.statements.wording.words import is_announcement, is_courtesy, letter_of, says_attached

LONGEST = 20_000  # characters of an answer that are looked at
MAX_LINES = 400
LONGEST_LABEL = 60  # characters in front of a paragraph in which its label stands
LONGEST_LINE = 400  # characters; what is longer is running text
PERSONAL = {"person", "phone", "mobile"}
LEADING = re.compile(
    r"^\s*(?:答|回复|回答|答复|答案|更正|补充)?\s*(?:(?:现|应该?|请)?(?:改|更改|更正|修改|变更|调整|补充|补|填写?)(?:为|成|到|是)|应为|应是|为|是|勾选|选择?)?\s*[:：]?\s*"
)
NUMBER = (
    r"(?:第\s*)?[(（]?\s*(?P<number>\d{1,3})\s*(?:[.、．)）:：]|(?:处|条|点|个|项)(?:问题)?\s*[:：,，、]?|\s(?=\S))\s*"
)
NUMBERED = re.compile(rf"^\s*{NUMBER}(?!\d{{1,2}}日)(?P<rest>.*)$", re.DOTALL)
PLAIN_DAY = re.compile(r"^\s*\d{1,2}[.．]\d{1,2}(?:\D|$)(?![\d-]{6})")
# «第1处：…；第2处：…», «1、…；2、…», «第2行…，第3行…» in one line
SPLIT = re.compile(
    r"[；;，,。]\s*(?=第\s*[\d一二三四五六七八九十]{1,3}\s*[行项处条点个])|[；;，,\s]\s*(?=第\s*\d{1,2}\s*[处条点]|\d{1,2}[、．]\s*[^\d\s])"
)
SENTENCE = re.compile(r"(?<=[。！!；;？?])\s*")
# Of a long run of blanks and marks the first ones say all: what reads the lines looks for gaps at every place.
RUN = re.compile(r"([\W_]{12})[\W_]+")
QUOTE = re.compile(r"^[\s>＞|│]+")
SHOWN = re.compile(r"^\s*(?:（所填：.*?）)?\s*(?:（(?:表\d|第\d|工作表|正文|回信)[^（）]{0,60}）)?\s*")
CIRCLED = re.compile(r"^\s*([①-⑳])\s*[、.．:：]?")


@dataclass(slots=True)
class Reader:
    """Statements in the order written, and the lines that fit nothing. ``waiting``: a label whose value stands in the next line.

    ``is_list``: the numbers before the lines are not those of the problems.
    """

    context: Context
    is_list: bool = False
    said: list[Statement] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    waiting: Addressed | None = None

    @property
    def inside_long(self) -> bool:
        return bool(self.said and not self.waiting and self.said[-1].pieces[-1].target in self.context.long)

    def line(self, line: str) -> None:
        statement = read_line(line, self.context, numbers=not self.inside_long and not self.is_list)
        if statement is None:
            if not self.take_rest(line) and not is_courtesy(line) and not is_announcement(line):
                self.unknown.append(line.strip())
            return
        self.waiting = None
        self.unknown += statement.loose
        *sure, last = statement.pieces or (None,)
        if last is None:
            return
        if is_blank(last.text) and last.target not in self.context.long:
            if not sure:
                self.waiting = last
            else:
                self.unknown.append(line.strip())
            return
        if any(is_blank(piece.text) for piece in sure if piece):
            self.unknown.append(line.strip())
            return
        self.said.append(statement)

    def take_rest(self, line: str) -> bool:
        """A line without any label: the value of the label above, or more of a long text."""
        waiting, self.waiting = self.waiting, None
        if waiting:
            if is_courtesy(line) and not is_blank(line):
                self.waiting = waiting
                return True
            value = replace(waiting, text=LEADING.sub("", line.strip(), count=1), written=line)
            self.said.append(Statement(f"{waiting.written.strip()}{line.strip()}", (value,)))
            return True
        if self.inside_long and re.search(r"[?？]\s*$|请问|请教", line):
            return False
        if self.inside_long and not is_courtesy(line):
            *front, last = self.said[-1].pieces
            longer = replace(last, text=f"{last.text}\n{line}".strip())
            self.said[-1] = Statement(self.said[-1].written, (*front, longer))
            return True
        return self.inside_long


def address_lines(text: str, form: Form, definition: FormDefinition, first: int) -> tuple[list[Statement], list[str]]:
    """The statements in the order written (a later one for the same field counts), and the lines that fit nothing."""
    context = context_of(form, definition, first)
    letter = letter_of(text[:LONGEST])
    lines = list(plain_lines(letter.body))
    reader = Reader(context, is_list=is_other_list(lines, context))
    for line in lines:
        reader.line(line)
    if reader.waiting:
        reader.unknown.append(reader.waiting.written.strip())
    told = [line for line in reader.unknown if not says_attached(line) or is_doubtful(line)]
    if not reader.said and len(told) == 1 and (only := only_question(told[0], context.numbered, definition)):
        key, value, row = only
        return [Statement(told[0], (Addressed(key, value, row, told[0]),))], []
    # «已按要求修改，请查收» beside answers announces them.
    unknown = [
        line
        for line in reader.unknown
        if line in told or not reader.said or context.index.pattern.search(squeeze(line))
    ]
    lone = letter.signature if len(letter.signature) == 1 and letter.is_named else ()
    if any(re.search(r"\d{7}", line) for line in lone) and is_open(PERSONAL, context):
        unknown += lone  # the name and number that were asked for, or who writes: a person sees which
    if not letter.is_named:
        reader.said += below_thanks(letter.signature, reader.said, context)
    return reader.said, unknown


def is_open(kinds: Set[str], context: Context) -> bool:
    specs = (context.definition.spec(problem.field) for problem, _ in context.messages.values())
    return any(spec is not None and spec.kind in kinds for spec in specs)


def is_other_list(lines: Sequence[str], context: Context) -> bool:
    """Numbered lines most of whose numbers are no problem's: a menu, or what the sender wants to say himself."""
    numbers = [int(match["number"]) for line in lines if (match := NUMBERED.match(line)) and not PLAIN_DAY.match(line)]
    fitting = sum(number in context.numbered for number in numbers)
    return len(numbers) - fitting > fitting


def plain_lines(body: Sequence[str]) -> Iterator[str]:
    for line in body[:MAX_LINES]:
        bare = CIRCLED.sub(lambda match: f"{fold(match[1])}、", RUN.sub(r"\1", QUOTE.sub("", line))).strip()
        yield from (part for part in SPLIT.split(bare) if not is_blank(part))


def below_thanks(lines: Sequence[str], said: Sequence[Statement], context: Context) -> list[Statement]:
    """«收到，谢谢！⏎联系电话：…» without any name: an answer where each line is just what was asked for and the letter itself did not
    say it; else somebody's telephone, as below every letter. A signature with a name is no answer at all."""
    told = {piece.target for statement in said for piece in statement.pieces}
    asked = {problem.field for problem, _ in context.messages.values()} - told
    found: list[Statement] = []
    for line in plain_lines(lines):
        pieces = labelled(line, -1 if not context.form.rows else None, context)
        if not pieces or not all(piece.target in asked and not is_blank(piece.text) for piece in pieces):
            return []
        found.append(Statement(line, tuple(replace(piece, only_asked=True) for piece in pieces)))
    return found


def read_line(line: str, context: Context, *, numbers: bool) -> Statement | None:
    """What one line says: a quoted problem with its answer, labels with values, or (with *numbers*) a numbered answer.

    None where it is not understood; a statement without pieces where it only says that something stays as it is.
    """
    quoted = quoted_problem(line, context)
    if quoted:
        return Statement(line, (quoted,))
    if len(line) > LONGEST_LINE:
        return long_line(line, context)
    row, rest = row_named(line, context)
    found = by_sentence(rest, row, context)
    if found is not None:
        return replace(found, written=line, pieces=tuple(replace(piece, written=line) for piece in found.pieces))
    match = NUMBERED.match(line) if numbers and not PLAIN_DAY.match(line) else None
    if not match or int(match["number"]) not in context.numbered or (context.form.rows and "项" in match[0][:8]):
        return None
    problem, about = context.numbered[int(match["number"])]
    inner = by_sentence(match["rest"], about, context)
    if inner and inner.pieces:
        return replace(inner, written=line, pieces=tuple(replace(piece, written=line) for piece in inner.pieces))
    if inner is None and mentions_label(match["rest"], problem.field, context):
        return None
    if problem.field and not is_doubtful(match["rest"]):
        value = valued(LEADING.sub("", match["rest"], count=1))
        return Statement(line, (Addressed(problem.field, value, about, line),)) if not says_nothing(value) else None
    return None


def long_line(line: str, context: Context) -> Statement | None:
    """A line of a whole paragraph is the text behind a long field's label, or a letter."""
    label, value = line[:LONGEST_LABEL], line[LONGEST_LABEL:]
    said = sentence_pieces(label, context.definition, context.index) or []
    if not said or said[0].target not in context.long:
        return None
    return Statement(line, (Addressed(said[0].target, said[0].text + value, -1, line),))


def mentions_label(text: str, field_key: str, context: Context) -> bool:
    """Another field's label stands in a formatted answer: what belongs to what is not clear."""
    spec = context.definition.spec(field_key)
    return bool(
        spec and spec.kind in FORMATTED and context.index.pattern.search(squeeze(text)) and re.search(r"[，,]", text)
    )


def by_sentence(text: str, row: int | None, context: Context) -> Statement | None:
    """The pieces of every sentence; those that say nothing of the form stand apart, but one that speaks of a field or of
    somebody and is not clear spoils the line."""
    first = labelled(text, row, context)
    if first and any(piece.target in context.long for piece in first):
        return Statement(text, tuple(first))
    pieces: list[Addressed] = []
    loose: list[str] = []
    understood = False
    for sentence in SENTENCE.split(text):
        if is_blank(sentence):
            continue
        found = labelled(sentence, row, context)
        if not found and (is_courtesy(sentence) or is_announcement(sentence)):
            continue
        if found is None:
            if not understood or not is_loose(sentence, context):
                return None
            loose.append(sentence.strip())
            continue
        understood = True
        pieces += found
    return Statement(text, tuple(pieces), tuple(loose)) if understood else None


def is_loose(sentence: str, context: Context) -> bool:
    """A further sentence that has nothing to do with any field or with the person just named."""
    return not MENTIONS_PERSON.search(sentence) and not context.index.pattern.search(squeeze(sentence))


def labelled(text: str, row: int | None, context: Context) -> list[Addressed] | None:
    """Every «label：value», «label改为value» in a sentence; None where it has none, or is not clear as a whole."""
    stays = re.fullmatch(
        r"(?:其它|其他|其余)(?:的|内容|信息)*(?:都|均)?(?:不变|无误|正确|没有?问题)[。！!]?", text.strip()
    )
    if stays:
        return []
    said = sentence_pieces(text, context.definition, context.index, lambda word: is_own_name(word, row, context))
    if not said:
        return None if said is None or not context.index.pattern.search(squeeze(text)) else stays_only(text, context)
    result = []
    for piece in said:
        which = row_of_piece(piece.target, row, context)
        if which is None:
            return None
        if is_doubtful(piece.text) and piece.target not in context.long:
            return None
        long = piece.target in context.long
        value = piece.text.strip() if long else valued(piece.text)
        result.append(Addressed(piece.target, value, which, text, piece.how, old=piece.old, prose=piece.prose))
    return result


def stays_only(text: str, context: Context) -> list[Addressed] | None:
    return (
        []
        if re.search(r"(?:不变|无误|没有?问题|照旧|不用改|正确)[。！!]?$", text.strip()) and not is_doubtful(text)
        else None
    )


def valued(text: str) -> str:
    return trimmed_value(without_tail(text))


def quoted_problem(line: str, context: Context) -> Addressed | None:
    squeezed = Squeezed.of(line)
    for words, (problem, row) in context.messages.items():
        at = squeezed.text.find(words)
        if at >= 0 and problem.field:
            rest = line[squeezed.end(at + len(words)) :]
            return Addressed(problem.field, valued(LEADING.sub("", SHOWN.sub("", rest), count=1)), row, line)
    return None
