"""What a letter says: its statements, each with the words that it comes from. Pure data."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from bot.base.replacing import replace
from bot.forms.model import Form, Plain, Value


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


class Statement(Struct, frozen=True):
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


class Change(Struct, frozen=True):
    """One value that the answer changed. ``row`` is the index in ``Form.rows``, -1 for the form's own fields."""

    key: str
    label: str
    before: Value
    after: Value
    row: int = -1


class HeardValue(Struct, frozen=True):
    """One value as the letter says it: its field, what was read (None where that is not clear), and whether it went into the form.

    ``is_change``: the letter says that something changes. ``is_clear``: so it is said for certain, whether it is meant for this form or not.
    """

    written: str
    key: str
    value: Plain = None
    certain: bool = False
    is_change: bool = False
    row: int = -1
    is_clear: bool = False


class Answers(Struct, frozen=True):
    """The form as it stands with the answers, what changed (in the order written), and the lines not understood.

    ``heard``: every value that the letter names, put in or not. ``proposed``: the form as it would stand if what is not certain were put in as well
    (``proposals``); None where there is nothing to propose.
    """

    form: Form
    changes: tuple[Change, ...] = ()
    unknown: tuple[str, ...] = ()
    heard: tuple[HeardValue, ...] = ()
    proposals: tuple[Change, ...] = ()
    proposed: Form | None = None

    def only_proposed(self, form: Form) -> Answers:
        """The same with nothing put into *form*, as it was before."""
        if not self.changes:
            return self
        heard = tuple(replace(one, certain=False) for one in self.heard)
        return Answers(form, (), self.unknown, heard, (*self.changes, *self.proposals), self.proposed or self.form)


class Automatic(Struct, frozen=True):
    """*sign*: the words that a program would write, empty where there are none; ``is_strong`` where a person hardly would.

    ``is_decisive``: it says so itself or more than once; ``is_human``: something stands in it that only a person writes. ``rest``: clauses that no formula explains.
    """

    sign: str = ""
    is_strong: bool = False
    is_human: bool = False
    rest: tuple[str, ...] = ()
    is_decisive: bool = False

    @property
    def is_automatic(self) -> bool:
        """Nothing in it may change or be answered."""
        return bool(self.sign) and not self.is_human

    @property
    def is_whole(self) -> bool:
        """Nobody need read it."""
        return self.is_automatic and not self.rest


class Letter(Struct, frozen=True):
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
