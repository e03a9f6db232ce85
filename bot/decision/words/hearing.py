"""All that the words of one mail say, in one reading: runs in the worker, before anything is decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.base.campaign import Campaign
from bot.base.expressions import LaterCall
from bot.base.replacing import replace
from bot.decision.facts import Heard, Known, Read
from bot.decision.office.reading import read_acts
from bot.decision.versions.threads import intent_of
from bot.decision.words.about import names_of, text_of
from bot.decision.words.check_code import without_codes
from bot.decision.words.requests import read_request
from bot.forms.definitions import Definitions
from bot.forms.model import Form
from bot.statements.mentions import FormName
from bot.statements.which_form import spoken_of
from bot.statements.wording.signature import is_mere_thanks, signed_text

if TYPE_CHECKING:
    from bot.statements.read import bounded, read_letter
else:  # the bot's process makes words of a mail, and reads none
    bounded, read_letter = (LaterCall("bot.statements.read", name) for name in ("bounded", "read_letter"))


class Words(Struct, frozen=True):
    """What a mail says without its files, and what its reading must know of the rest.

    ``written`` is the new text as it stands, ``text`` what is read as a letter; ``files`` are names; ``items`` the numbers of what waits for
    the coordinator who writes (``from_coordinator``); ``waits``: something may be confirmed, ``confirms``: and was not yet; ``beside``: forms came;
    ``names``: what the forms are called that it may be about.
    """

    subject: str
    written: str
    text: str
    files: tuple[str, ...] = ()
    items: tuple[int, ...] = ()
    from_coordinator: bool = False
    waits: bool = False
    confirms: bool = False
    beside: bool = False
    names: tuple[FormName, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.files


def words_of(read: Read, known: Known, *, from_coordinator: bool) -> Words:
    return Words(
        subject=read.message.subject,
        written=read.message.new_text,
        text=text_of(read.message),
        names=tuple(names_of(read, known)),
        files=tuple(document.name for document in read.documents if not document.is_body),
        items=tuple(item.id for item in known.items),
        from_coordinator=from_coordinator,
        waits=bool(known.waiting),
        confirms=any(not one.is_done for one in known.waiting),
        beside=bool(read.submissions()),
    )


def hear(words: Words, about: list[Form], definitions: Definitions, campaign: Campaign) -> Heard:
    """Runs in the worker. *about*: the forms that the letter may be about, or those that came with it."""
    written = bounded(words.written)
    letter = signed_text(without_codes(written))
    found = Heard(
        request=read_request(words.subject, letter, from_coordinator=words.from_coordinator, confirms=words.waits),
        acts=read_acts(letter, words.items) if words.from_coordinator else (),
        is_thanks=words.from_coordinator and is_mere_thanks(letter),
        intent=intent_of("\n".join((of_own(written, words.names) if words.beside else written, *words.files))),
    )
    if not words.text.strip():
        return found
    said = read_letter(words.text, about, definitions, campaign, words.confirms, words.beside, words.names)
    return replace(found, letter=said)


def of_own(text: str, names: Sequence[FormName]) -> str:
    """*text* without what it says of activities that did not come with it: «另外“海洋课”的人数改成800» corrects nothing of its forms."""
    if not names:
        return text
    spoken = list(zip(names, spoken_of(text, names).of, strict=True))
    own, others = ([said for name, said in spoken if bool(name.ref) is is_other] for is_other in (False, True))
    return "".join(
        " " if any(not said[at].isspace() for said in others) and all(said[at].isspace() for said in own) else letter
        for at, letter in enumerate(text)
    )
