"""来信: every mail that came in, what became of it and why; one mail with its words, files, forms and answers."""

from __future__ import annotations

from starlette.responses import Response

from bot.base.clean import clean
from bot.decision.states import Outcome, listed_label, outcome_label
from bot.desk.listing import MOST_WORDS, Listing, asked, number_in
from bot.desk.visit import Visit, get
from bot.digest.package.export import read_below
from bot.store.files.raw import RawMailLost, RawStore
from bot.store.lists import letters
from bot.store.lists.letters import PENDING, Wanted
from bot.store.lists.paging import Row

OUTCOMES = {**{one.value: outcome_label(one) for one in Outcome}, PENDING: listed_label(PENDING)}


def show(visit: Visit) -> Response:
    outcome = asked(visit, "outcome")
    wanted = Wanted(
        words=asked(visit, "q", MOST_WORDS),
        outcome=outcome if outcome in OUTCOMES else "",
        unit=asked(visit, "unit"),
        sender=asked(visit, "from").lower(),
        is_open=bool(asked(visit, "open")),
    )
    listing = Listing("/mails", {name: asked(visit, name) for name in ("q", "outcome", "unit", "from", "open")})
    page = letters.page(visit.db, wanted, number_in(asked(visit, "page")))
    return visit.page("mails.html", listing=listing, page=page, outcomes=OUTCOMES)


def mail_of(visit: Visit) -> Row:
    return visit.there(letters.one(visit.db, number_in(visit.path["id"], 0)))


def show_one(visit: Visit) -> Response:
    mail = mail_of(visit)
    sender, *names = (mail["names"] or "").split("\n")
    saved = [file["path"].rpartition("!/")[2] for file in mail["files"]]
    return visit.page(
        "mail.html",
        mail=mail,
        sender=sender,
        saved=saved,
        others=[name for name in dict.fromkeys(names) if name and name.rpartition("!/")[2] not in saved],
        text=clean(mail["body"] or ""),
    )


def original(visit: Visit) -> Response:
    """The mail as it came, to be saved."""
    mail = mail_of(visit)
    try:
        raw = RawStore(visit.desk.settings.store.path / "raw").get(mail["sha256"])
    except (RawMailLost, OSError) as error:
        raise visit.missing() from error
    return visit.download(f"来信{mail['id']}.eml", raw)


def file(visit: Visit) -> Response:
    """One of its saved files, by its place in the list."""
    files = mail_of(visit)["files"]
    number = number_in(visit.path["number"], 0)
    wanted = visit.there(files[number - 1] if 0 < number <= len(files) else None)
    data = visit.there(read_below(visit.desk.settings.store.path, wanted["file"]))
    return visit.download(wanted["path"].rpartition("!/")[2], data)


ROUTES = (
    get("/mails", show),
    get("/mails/{id}", show_one),
    get("/mails/{id}/original", original),
    get("/mails/{id}/files/{number}", file),
)
