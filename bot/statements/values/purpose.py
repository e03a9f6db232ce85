"""What each passage of a letter may change: what it says, or only what was asked for and what is empty; and whether it is said of a form at all. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from enum import Enum, auto

from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import fields_of
from bot.statements.values.context import Passage
from bot.statements.values.put import is_about, spec_of
from bot.statements.wording.signature import kind_of

CONTACT_KINDS = {"person", "phone", "mobile", "email"}


class Purpose(Enum):
    """What a statement may change: what it says, or only fields with an open problem and those that are empty."""

    EXPLICIT = auto()  # «改为»
    CONTENT = auto()  # it is (part of) the only content of the answer
    OPEN_ONLY = auto()
    UNCLEAR = auto()


# Whoever asks us to write something into the form means it, whatever stands there.
FILL_IN = re.compile(
    r"没(?:填|写|勾|选)(?![错完全好])|空(?:着|白)|一并补|也补上|(?:请|麻烦|烦请|劳烦|拜托)[^，,。；;\d]{0,8}(?:填|补|加|添|写|录)|(?:帮|代)(?:忙|我们?|填)?(?:填|补|加|写)|(?:忘|漏)(?:了|记)?(?:填|写|勾|掉)"
)


def purposes_of(
    said: Sequence[Passage], asked: Set[str], definition: FormDefinition, *, changes: bool, is_alone: bool
) -> list[Purpose]:
    """What each statement may change; *changes*: the letter says of all its values that they do. Where the answer speaks of an open problem, all else in it changes only in so many words; and a
    telephone or a name below what is said may be anybody's signature. The number below
    «联系人改为王五» is his."""
    explicit = [
        changes
        or one.is_change
        or FILL_IN.search(one.written)
        or any(piece.how != "set" or piece.old for piece in one.pieces)
        for one in said
    ]
    answers = any(any(is_about(piece, asked, definition) for piece in one.pieces) for one in said)
    contacts = [is_contact(one, definition) for one in said]
    purposes: list[Purpose] = []
    for i in range(len(said)):
        is_his = i > 0 and said[i - 1].sure and contacts[i] and contacts[i - 1] and purposes[i - 1] is Purpose.EXPLICIT
        follows = is_his and any(names_person(one, definition) for one in said[:i])
        if explicit[i] or follows:
            purposes.append(Purpose.EXPLICIT)
        elif contacts[i] and not all(contacts) and "联系方式" in said[i].written:
            purposes.append(Purpose.UNCLEAR)  # of whom, and which of the two telephones
        elif (
            answers
            or not is_alone
            or looks_signed(said[i], definition)
            or (contacts[i] and (any(explicit) or not all(contacts)))
        ):
            purposes.append(Purpose.OPEN_ONLY)
        else:
            purposes.append(Purpose.CONTENT)
    return purposes


def looks_signed(statement: Passage, definition: FormDefinition) -> bool:
    """«联系人林晓明 13900000000»: so somebody signs."""
    return (
        names_person(statement, definition)
        and bool(re.search(r"\d{7}", statement.written))
        and not re.search(r"[:：是为]", statement.written)
    )


def names_person(statement: Passage, definition: FormDefinition) -> bool:
    specs = [spec_of(definition, piece.target, piece.row) for piece in statement.pieces]
    return any(spec and spec.kind == "person" for spec in specs)


def is_contact(statement: Passage, definition: FormDefinition) -> bool:
    """Whether the statement says only what stands in signatures as well: a unit, a name, a telephone, an address."""
    specs = [spec_of(definition, key, piece.row) for piece in statement.pieces for key in fields_of(piece.target)]
    return kind_of(statement.written) == "contact" or all(
        spec is not None and (spec.kind in CONTACT_KINDS or spec.outside) for spec in specs
    )


def is_of_form(passage: Passage, every: Sequence[Passage], definition: FormDefinition) -> bool:
    """Whether what is said for certain is said of a form: a name or number may be the writer's own, unless he says in his letter what a form would."""
    told = {piece.target for one in every if not is_contact(one, definition) for piece in one.pieces}
    return not passage.pieces[0].only_asked and (
        passage.is_change or not is_contact(passage, definition) or len(told) >= FORM_IN_WORDS
    )


FORM_IN_WORDS = 3  # of its fields, beside whom to ask


def is_asked(statement: Passage, asked: Set[str], definition: FormDefinition) -> bool:
    """Whether all that the statement says is about fields with an open problem."""
    return all(is_about(piece, asked, definition) for piece in statement.pieces)
