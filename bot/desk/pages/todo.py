"""待办: everything that waits for a person, oldest first, with what can be done about it; and what was done today, to be undone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from msgspec import Struct
from starlette.responses import Response

from bot.decision.facts import KnownSubmission, OpenItem, PastAct
from bot.decision.office.reading import NAMES, Act, Deed
from bot.decision.office.undoing import why_not_now
from bot.decision.states import GONE
from bot.decision.words.requests import REF
from bot.desk.listing import Listing, number_in
from bot.desk.seen_mail import text_of
from bot.desk.visit import Visit, get, own_path, post
from bot.digest.notice import Told as Described
from bot.digest.notice import told as described
from bot.digest.notify import files_of, forms_told
from bot.letters.gathered import parsed
from bot.operation.acting import Told, act, preview, stamps_of
from bot.store import reviews
from bot.store.desk import acts as past
from bot.store.lists.paging import Page

SHOWN = 25  # items on a page
# What has to be written for it; the rest is a button alone.
WRITTEN = {
    Deed.ANSWER: "text",
    Deed.RETURN: "reason",
    Deed.WITHDRAW: "why",
    Deed.UNIT: "unit",
    Deed.NIL: "nil",
    Deed.CORRECT: "value",
}
OF_FORMS = {*WRITTEN, Deed.APPROVE, Deed.CLOSE, Deed.MERGE}
KEPT = ("item", "ref", "into", "next", "page", "label", *WRITTEN.values())
IN_BULK = (Deed.APPROVE, Deed.CLOSE, Deed.RETURN)


class Waiting(Struct, frozen=True):
    """One item as the page shows it; ``seen`` goes with whatever is done about it."""

    item: OpenItem
    told: Described
    form: KnownSubmission | None
    seen: str

    @property
    def deeds(self) -> dict[str, str]:
        """What can be done -> what comes of it."""
        return {str(way.deed): way.comes for way in self.told.ways if way.deed is not Deed.CORRECT or self.form}

    @property
    def texts(self) -> dict[str, str]:
        """What is proposed for it."""
        return {str(way.deed): way.text for way in self.told.ways}

    @property
    def labels(self) -> list[str]:
        """The fields of the form that can be put right."""
        return list(dict.fromkeys(self.form.content.get("labels", {}).values())) if self.form else []


def waiting(visit: Visit, items: Sequence[OpenItem]) -> list[Waiting]:
    db = visit.db
    found, others = forms_told(db, items)
    forms = {ref: one for ref, one in found.items() if one.status not in GONE}
    seen = stamps_of(db, items)
    local = visit.now.astimezone(visit.desk.settings.schedule.zone)
    told = described(items, forms, files_of(db, items), local, others, is_apart=True)
    return [Waiting(one, words, forms.get(one.ref), seen[one.id]) for one, words in zip(items, told, strict=True)]


def show(visit: Visit, kept: Mapping[str, str] | None = None, result: Told | None = None) -> Response:
    """*kept*: what was written into the form of one item, where it was not done. *result*: of what was just done."""
    items = reviews.items(visit.db, "r.done_at IS NULL")
    shown = page_with(items, visit.query.get("n", ""), visit.query.get("page", "") or visit.field("page", 9))
    return visit.page(
        "todo.html",
        waiting=waiting(visit, shown.rows),
        page=shown,
        listing=Listing("/todo", {}),
        today=today(visit),
        names={str(deed): name for deed, name in NAMES.items()},
        bulk=[str(deed) for deed in IN_BULK],
        units=[unit.name for unit in visit.desk.roster.units],
        key=secrets.token_hex(8),
        kept=kept or dict.fromkeys(KEPT, ""),
        result=result,
    )


def page_with(items: Sequence[OpenItem], item: str, number: str) -> Page[OpenItem]:
    """The page of that *number*; where an *item* is asked for, the one on which it stands."""
    place = next((at for at, one in enumerate(items) if str(one.id) == item), None)
    wanted = number_in(number) if place is None else 1 + place // SHOWN
    at = min(max(1, wanted), max(1, -(-len(items) // SHOWN)))
    return Page(items[(at - 1) * SHOWN : at * SHOWN], len(items), at, SHOWN)


def today(visit: Visit) -> list[tuple[PastAct, str]]:
    """What was done since midnight, newest first, each with why it cannot be undone."""
    local = visit.now.astimezone(visit.desk.settings.schedule.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return [(one, why_not_now(one, local)) for one in past.since(visit.db, midnight.isoformat(timespec="seconds"))]


def asked(visit: Visit) -> Act | None:
    """The act that is asked for, about an item that waits or about a unit's form; None where it is none."""
    deed, number = visit.field("deed"), visit.field("item")
    refs = tuple(one for name in ("ref", "into") if re.fullmatch(REF, one := visit.field(name, 40).upper()))
    if deed not in OF_FORMS or not (number.isdecimal() or refs):
        return None
    text = visit.field(WRITTEN[Deed(deed)]) if deed in WRITTEN else ""
    if deed == Deed.CORRECT and text:
        text = f"{visit.field('label', 40)}：{text}"
    numbers = (int(number[:9]),) if number.isdecimal() else ()
    return Act(Deed(deed), numbers, refs, text=text, seen=visit.field("seen", 40))


def do(visit: Visit) -> Response:
    """One item: shown first where the button says so, else done."""
    wanted = asked(visit)
    kept = {name: visit.field(name) for name in KEPT}
    # A page that shows what was written is no address of its own: it stands at the item.
    if wanted is None or visit.field("do") == "back":
        return visit.back_to(kept["next"]) if kept["next"] else show(visit, kept)
    if visit.field("do") == "preview":
        with visit.desk.store() as store:
            found = preview(visit.desk.hands(store), visit.who, [wanted])
        letters = [(one.to_addr, one.subject, text_of(parsed(one.raw))) for one in found.letters]
        fields = [(name, visit.field(name)) for name in ("seen", "key", "deed", *KEPT)]
        back = own_path(kept["next"]) if kept["next"] else f"/todo?n={quote(kept['item'])}#n{quote(kept['item'])}"
        return visit.page("todo_preview.html", found=found, letters=letters, fields=fields, back=back)
    told = carry_out(visit, [wanted])
    if told.faults and not kept["next"]:
        return show(visit, kept, told)
    return visit.back_to(kept["next"] or on_page(visit), "\n".join((*told.done, *told.faults)))


def on_page(visit: Visit) -> str:
    """The page of the list on which somebody works."""
    number = number_in(visit.field("page", 9))
    return "/todo" if number == 1 else f"/todo?page={number}"


def carry_out(visit: Visit, acts: Sequence[Act]) -> Told:
    """Each act is one of its own: what is wrong with one keeps no other back, and each can be undone by itself."""
    done: list[str] = []
    faults: list[str] = []
    key = visit.field("key", 40)
    with visit.desk.store() as store:
        hands = visit.desk.hands(store)
        for one in acts:
            about = "-".join((*map(str, one.numbers), *one.refs, one.about[:16])).rstrip("-")
            told = act(hands, visit.who, [one], f"{key}.{one.deed}.{about}")
            done += told.done
            faults += told.faults
    return Told(tuple(done), tuple(faults))


def several(visit: Visit) -> Response:
    """What is ticked, in one go."""
    deed, reason = visit.field("deed"), visit.field("reason")
    numbers = [int(one[:9]) for one in visit.fields("item") if one.isdecimal()]
    if deed not in IN_BULK or not numbers:
        return show(visit, result=Told((), ("没有办理：请先勾选要一起办理的事项。",)))
    acts = [
        Act(Deed(deed), (number,), text=reason if deed == Deed.RETURN else "", seen=visit.field(f"seen-{number}", 40))
        for number in dict.fromkeys(numbers)
    ]
    told = carry_out(visit, acts)
    return show(visit, result=told)


def undo(visit: Visit) -> Response:
    told = carry_out(visit, [Act(Deed.UNDO, about=visit.field("act", 64))])
    return show(visit, result=told) if told.faults else visit.back_to(on_page(visit), "\n".join(told.done))


ROUTES = (get("/todo", show), post("/todo", do), post("/todo/several", several), post("/todo/undo", undo))
