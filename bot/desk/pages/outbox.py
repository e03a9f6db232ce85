"""发信: every mail that the bot writes, as it was handed over, with its state, attempts and last error."""

from __future__ import annotations

from email.message import EmailMessage

from starlette.responses import Response

from bot.decision.model import MailKind
from bot.decision.states import letter_label, sending_label
from bot.desk.listing import MOST_WORDS, Listing, asked, number_in
from bot.desk.seen_mail import as_page, files_of, text_of
from bot.desk.visit import Visit, get
from bot.letters.gathered import parsed
from bot.store.lists import answers
from bot.store.lists.answers import BOUNCED, Wanted
from bot.store.lists.paging import Row

STATES = {one: sending_label(one) for one in ("queued", "sending", "sent", "gave_up", BOUNCED)}
KINDS = {one.value: letter_label(one) for one in MailKind}


def show(visit: Visit) -> Response:
    state, kind = asked(visit, "state"), asked(visit, "kind")
    wanted = Wanted(
        words=asked(visit, "q", MOST_WORDS),
        state=state if state in STATES else "",
        kind=kind if kind in KINDS else "",
    )
    listing = Listing("/outbox", {name: asked(visit, name) for name in ("q", "state", "kind")})
    page = answers.page(visit.db, wanted, number_in(asked(visit, "page")))
    return visit.page(
        "outbox.html", listing=listing, page=page, states=STATES, kinds=KINDS, counts=answers.counts(visit.db)
    )


def letter_of(visit: Visit) -> Row:
    return visit.there(answers.one(visit.db, number_in(visit.path["id"], 0)))


def mail_in(visit: Visit) -> EmailMessage:
    """Purged letters have no bytes any more."""
    return parsed(visit.there(letter_of(visit)["raw"] or None))


def show_one(visit: Visit) -> Response:
    letter = letter_of(visit)
    mail = parsed(letter["raw"]) if letter["raw"] else None
    names = [name for name, _ in files_of(mail)] if mail else []
    return visit.page("letter.html", letter=letter, files=names, text=text_of(mail) if mail else "")


def frame(visit: Visit) -> Response:
    return visit.frame(as_page(mail_in(visit)), as_sent=True)


def original(visit: Visit) -> Response:
    letter = letter_of(visit)
    if not letter["raw"]:
        raise visit.missing()
    return visit.download(f"发信{letter['id']}.eml", letter["raw"])


def file(visit: Visit) -> Response:
    files = files_of(mail_in(visit))
    number = number_in(visit.path["number"], 0)
    if not 0 < number <= len(files):
        raise visit.missing()
    return visit.download(*files[number - 1])


ROUTES = (
    get("/outbox", show),
    get("/outbox/{id}", show_one),
    get("/outbox/{id}/page", frame),
    get("/outbox/{id}/original", original),
    get("/outbox/{id}/files/{number}", file),
)
