"""What a letter says: its statements, each with the words that it comes from. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.forms.model import Plain
from bot.statements.values.answers import Answers
from bot.statements.wording.automatic import Automatic


class Said(StrEnum):
    """The kinds of statements (interface, section 3)."""

    COVER = "cover"
    VALUE = "value"
    CHANGE = "change"
    WITHDRAWAL = "withdrawal"
    REPLACES = "replaces"
    DRAFT = "draft"
    NIL_REPORT = "nil_report"
    CONTACT = "contact"
    STATUS_QUESTION = "status_question"
    QUESTION = "question"
    FORGOTTEN_ATTACHMENT = "forgotten_attachment"
    FOR_OTHERS = "for_others"
    CONFIRM = "confirm"
    THANKS = "thanks"
    ROBOT = "robot"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a letter says. ``words`` stand so in its text from ``begin`` on (characters).

    ``field`` and ``value``: of a value or change the key of the form's field and what it holds (None where not certain enough to propose); of a cover
    letter the number of forms that it announces; of a withdrawal, a nil report, «代××报送» the name that it gives, where it gives one.
    ``certain``: so its writer says, and nothing else can be meant. ``taken``: the value may go into the form as it stands: it is certain, and meant for one that is
    known.
    """

    kind: Said
    words: str
    field: str = ""
    value: Plain = None
    certain: bool = True
    begin: int = 0
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it was read. ``answers`` apply its values to each of the forms that it may be about, in their order.

    ``automatic``: how far it reads as a program's;
    ``names_forms``: it says of which forms it speaks; ``is_letter``: whether somebody wrote it himself; ``asks``, ``changes``: whether a question of the sender's own, a word of change stands in it;
    ``is_thanks``: courtesy alone; ``says_attached``: it speaks of a file that it brings.
    """

    statements: tuple[Statement, ...] = ()
    answers: tuple[Answers, ...] = ()
    names_forms: bool = False
    automatic: Automatic = Automatic()
    is_letter: bool = False
    asks: bool = False
    changes: bool = False
    is_thanks: bool = False
    says_attached: bool = False

    def of(self, *kinds: Said) -> list[Statement]:
        return [one for one in self.statements if one.kind in kinds]
