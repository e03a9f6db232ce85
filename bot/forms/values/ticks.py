"""Which options of a list somebody chose, in whatever way it was marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, takewhile

from msgspec import Struct

from bot.base.text import join_wrapped, squeeze
from bot.forms.values.tick_answers import by_code, by_other_words
from bot.forms.values.tick_binding import CHOSEN, bind
from bot.forms.values.tick_marks import Choice, State, Token, tokens
from bot.forms.values.tick_words import BULLETS, by_letter, plain_marks, with_foreign, without_letters

ALL = re.compile(r"全选|以上(?:全部|都|均|皆)|全部(?:选择|勾选|都有)?$|^全部")
NO_NOTE = re.compile(
    r"^(?:[\u4e00-\u9fff]{1,8}[:：]\s*(?:万?元|人|次|个|年)?(?:/[人次天])?|(?:无|没有|/|\\|-+|—+|空|略|请注明|请说明|注明|是|否))$"
)
WRAPPED = re.compile(
    r"\s*(?![注备填说]|\d+[.、．])[^\s(（\[【＊*※:：][^:：]{0,19}$"
)  # no hint, no label and no sentence
DELETED = 2  # options; one less may be a list typed anew


class Ticks(Struct, frozen=True):
    """The chosen options in the form's order, 其他 with its note.

    ``doubt`` is empty or ``nothing`` (no option chosen), ``weak`` (letters of a missing font), ``cross``
    (only crosses),
    ``deleted`` (the other options were deleted), ``ambiguous`` (a mark may belong to either neighbour:
    none taken),
    ``unknown`` (something else is written), ``partly`` (some of what is written is no option: ``rest``).
    """

    chosen: tuple[str, ...] = ()
    doubt: str = "nothing"
    rest: str = ""


def read_ticks(text: str, choices: Sequence[Choice]) -> Ticks:
    """Read marks before or after their options, as the unticked ones show; or options typed without any box.

    Never guesses: where marks and options cannot be matched the result is empty with the doubt ``ambiguous``.
    Cases: tests/forms/ticks.json. Text beyond 2,000 characters is not looked at.
    """
    return ticks_in(text[:2000], tuple(choices))


@lru_cache(maxsize=1024)  # of one form's list few ways to tick it come again and again
def ticks_in(text: str, choices: tuple[Choice, ...]) -> Ticks:
    entry = entry_of(plain_marks(text, choices), choices)
    told = by_letter(entry.text, [token for token in entry.kept if token.is_option])
    if told is not None:
        notes = {option: note or entry.notes.get(option, "") for option, note in told.items()}
        return Ticks(labels(choices, set(told), notes), "" if told else "ambiguous")
    entry = entry_of(without_letters(entry.text, choices), choices)
    if not entry.first:
        return without_options(entry.text, choices)
    return marked(entry) if entry.boxes else typed(entry)


class Entry(Struct, frozen=True):
    """What stands in the cell: the options where they stand ``first`` (by index), those ``repeated`` behind the list, and in the order of the
    text what is ``kept`` of both marks and options. ``notes`` are what is written behind 其他."""

    text: str
    choices: Sequence[Choice]
    kept: list[Token]
    first: dict[int, Token]
    repeated: list[Token]
    notes: dict[int, str]

    @property
    def boxes(self) -> list[Token]:
        return [token for token in self.kept if token.state]


def entry_of(text: str, choices: Sequence[Choice]) -> Entry:
    found = tokens(text, choices)
    if any(token.state for token in found):
        found = with_foreign(text, found, choices)
    first: dict[int, Token] = {}
    repeated: list[Token] = []
    kept: list[Token] = []
    for token in found:
        if token.is_option and token.option in first and not token.short:
            repeated.append(token)
            continue
        if token.is_option:
            first.setdefault(token.option, token)
        kept.append(token)
    notes = {o: note_of(text, t, found, first, choices[o]) for o, t in first.items() if choices[o].noted}
    return Entry(text, choices, kept, first, repeated, notes)


def marked(entry: Entry) -> Ticks:
    """Options with marks: those that are marked, or written behind the list, or have a note; where none is, those that were left."""
    states, strangers, confused = bind(entry.text, entry.kept, entry.boxes)
    if confused or is_list_of_bullets(entry) or shares_a_box(entry, states):
        return Ticks((), "ambiguous")
    chosen, doubt = chosen_by_marks(entry, states)
    if doubt == "ambiguous":
        return Ticks((), doubt)
    answered = answer_behind(entry)
    chosen = chosen or answered
    noted = {o for o, note in entry.notes.items() if note and states.get(o) is not State.CROSS and not answered}
    if not chosen and not noted and len(entry.first) <= len(entry.choices) - DELETED:
        chosen, doubt = set(entry.first), "deleted"
    unknown = "、".join(entry.text[token.start : token.end] for token in strangers)
    return with_unknown(entry, chosen | noted, doubt, unknown)


def chosen_by_marks(entry: Entry, states: dict[int, State]) -> tuple[set[int], str]:
    """The options that are ticked, else those that are crossed (not where all are), with the doubt."""
    ticked = {o for o, state in states.items() if state in CHOSEN}
    crossed = {o for o, state in states.items() if state is State.CROSS}
    if ticked or not crossed:
        return ticked, "weak" if any(states[o] is State.WEAK for o in ticked) else ""
    if len(crossed) == len(entry.first) > 1:
        return set(), "ambiguous"
    return crossed, "cross"


def with_unknown(entry: Entry, chosen: set[int], doubt: str, unknown: str) -> Ticks:
    """*unknown* are marked words that are no option: beside chosen ones they are told, options that were only left over do not count then."""
    if not chosen:
        return Ticks((), "unknown" if unknown else "nothing", unknown)
    if unknown and doubt == "deleted":
        return Ticks((), "unknown", unknown)
    if unknown and not doubt:
        return Ticks(labels(entry.choices, chosen, entry.notes), "partly", unknown)
    return Ticks(labels(entry.choices, chosen, entry.notes), doubt)


def labels(choices: Sequence[Choice], chosen: set[int], notes: dict[int, str]) -> tuple[str, ...]:
    return tuple(
        f"{choice.label}：{notes[i]}" if notes.get(i) else choice.label
        for i, choice in enumerate(choices)
        if i in chosen
    )


def is_list_of_bullets(entry: Entry) -> bool:
    """Every option has the same filled sign, 其他 without any note too: these only begin the items."""
    boxes = entry.boxes
    signs = {entry.text[box.start : box.end] for box in boxes}
    return (
        len(entry.first) == len(entry.choices) == len(boxes) > 2
        and signs <= BULLETS
        and len(signs) == 1
        and not any(entry.notes.values())
    )


def shares_a_box(entry: Entry, states: dict[int, State]) -> bool:
    """«☑展览展示、互动体验 □现场咨询»: one box before several options."""
    if not any(box.state is State.EMPTY for box in entry.boxes):
        return False
    for one, next_one in pairwise(entry.kept):
        if one.is_option and next_one.is_option and not one.short and not next_one.short:
            joined = re.fullmatch(r"\s*[、,，/和及与]\s*", entry.text[max(one.end, one.hint_end) : next_one.start])
            chosen = [states.get(one.option) in CHOSEN, states.get(next_one.option) in CHOSEN]
            if joined and any(chosen) and None in (states.get(one.option), states.get(next_one.option)):
                return True
    return False


def note_of(text: str, option: Token, found: list[Token], first: dict[int, Token], entry_choice: Choice) -> str:
    """What is written behind 其他 up to the next mark, new option or line; empty where nothing is.

    A mark right behind the label is its own («其他（请注明）√ 科普研学»): the note follows it.
    """
    behind = [
        token
        for token in found
        if token.start >= option.end and token is not option and (token.state or first.get(token.option) is token)
    ]
    begin = option.end
    if behind and behind[0].state and len(text[option.hint_end : behind[0].start].strip(" \t:：(（")) == 0:
        own, rest = behind[0], behind[1:]
        end = rest[0].start if rest else len(text)
        if clean_note(text[own.end : end].split("\n")[0]) and not clean_note(text[option.end : own.start]):
            begin, behind = own.end, rest
    end = behind[0].start if behind else len(text)
    line, *further = text[begin:end].split("\n")
    note = clean_note(line)
    if further and not found_after(found, option):
        wrapped = takewhile(WRAPPED.match, further) if note else ()  # «其他（请注明）社 / 区居民»
        note = clean_note(join_wrapped("\n".join([line, *wrapped])) if note else " ".join(further))
    return without_printed(note, entry_choice)


def without_printed(note: str, choice: Choice) -> str:
    """*note* without the words that the form prints behind the option («是（专利号：____）»)."""
    names = [re.sub(r"[\W_]", "", squeeze(name)) for name in (choice.label, *choice.synonyms)]
    for printed in dict.fromkeys(name.removeprefix(own) for own in names for name in names if name != own):
        plain = re.sub(r"[\W_]", "", squeeze(note))
        if printed and plain == printed:
            return ""
        if printed and plain.startswith(printed):
            words = r"[\W_]*".join(map(re.escape, printed))
            return re.sub(rf"^[\W_]*{words}[\W_]*", "", note, flags=re.IGNORECASE)
    return note


def found_after(found: list[Token], option: Token) -> bool:
    return any(token.start > option.end and token is not option for token in found)


def clean_note(piece: str) -> str:
    note = re.sub(r"(?:请|须)?(?:注明|说明|简述)\s*[:：]?", " ", piece)
    note = re.sub(r"[(（\[【][\s_＿]*[)）\]】]", " ", note)
    note = re.sub(r"[_＿﹍﹎]+", " ", note).strip(" \t\u3000\xa0:：,，;；、。.")
    note = re.sub(r"^[(（\[【]\s*[)）\]】]\s*", "", note).strip(" \t\u3000:：")
    whole = re.fullmatch(r"[(（\[【]\s*(.*?)\s*[)）\]】]", note)
    note = (whole.group(1) if whole else note).strip(" \t\u3000:：,，;；、。.")
    if re.fullmatch(r"[\W_]*", note) or NO_NOTE.match(note):
        return ""
    if note.count("(") + note.count("（") < note.count(")") + note.count("）"):
        note = note.rstrip(")） ")
    return re.sub(r"\s+", " ", note)


def pieces(text: str) -> list[str]:
    return [p for piece in re.split(r"[、,，;；/\s\n+和及与]+", text) if (p := piece.strip(" 。.:：_（）()"))]


def answer_behind(entry: Entry) -> set[int]:
    """Options typed once more behind the untouched list («□展览展示 □互动体验 … 展览展示、互动体验»)."""
    if not entry.repeated:
        return set()
    for note in entry.notes.values():
        known = [squeeze(name) for choice in entry.choices for name in (choice.label, *choice.synonyms)]
        if note and not all(squeeze(piece) in known for piece in pieces(note)):
            # 其他：科普宣传车巡游 holds the name of an option but is a note.
            return set()
    return {token.option for token in entry.repeated}


def typed(entry: Entry) -> Ticks:
    """Options without any box: a part of them typed is the answer, the whole list is only the form's own
    text."""
    choices, first, notes = entry.choices, entry.first, entry.notes
    if len(first) == len(choices) and len(choices) > 1:
        noted = {o for o, note in notes.items() if note}
        answered = answer_behind(entry)
        taken = answered or noted
        return Ticks(labels(choices, taken, {} if answered else notes), "" if taken else "nothing")
    covered = [(token.start, token.hint_end) for token in (*first.values(), *entry.repeated)]
    rest = entry.text
    for start, end in sorted(covered, reverse=True):
        rest = rest[:start] + " " + rest[end:]
    for note in notes.values():
        rest = rest.replace(note, " ") if note else rest
    unknown = [piece for piece in pieces(rest) if len(piece) > 1 and not re.fullmatch(r"[\W\d_]*|等|等等", piece)]
    chosen = labels(choices, set(first), notes)
    return Ticks(chosen, "partly" if unknown else "", "、".join(unknown))


def without_options(text: str, choices: Sequence[Choice]) -> Ticks:
    written = text.strip().strip("。.，,")
    if (chosen := by_code(written, choices) or by_other_words(written, choices)) is not None:
        return Ticks(labels(choices, chosen, {}), "")
    if ALL.search(text.strip()):
        return Ticks(tuple(choice.label for choice in choices if not choice.noted), "")
    return Ticks((), "unknown" if re.search(r"[^\W_]", text) else "nothing", text.strip())
