"""汇总与上报: digest, workbook and package as of now, what went out, send now; and after the deadline 评优参考."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.base.scratch import Scratch
from bot.base.settings import Deadline
from bot.decision.office.reading import Act, Deed
from bot.desk.entry.seen import SEEN
from bot.desk.listing import Listing, asked
from bot.desk.seen_mail import as_page
from bot.desk.visit import Visit, get, post
from bot.digest.figures.merits import LABELS, of_activities, of_units
from bot.digest.mail import Drawn, digest_mail, workbook_name
from bot.digest.model import Figures
from bot.digest.package.export import export
from bot.digest.send import charts_of
from bot.digest.upcoming import upcoming_digests
from bot.digest.workbook.workbook import build_workbook
from bot.letters.gathered import parsed
from bot.letters.model import Envelope
from bot.operation.acting import order
from bot.operation.digest_now import digests_now, queue_now
from bot.operation.handing_over import wake
from bot.store.desk.entry import last_of
from bot.store.lists import answers

WORKBOOK, PACKAGE = "/reports/workbook.xlsx", "/reports/package.zip"
TAKEN = {WORKBOOK: "汇总工作簿", PACKAGE: "上报材料"}
COSTLY = threading.Lock()  # a package or a digest with its pictures takes seconds and memory: one at a time
SHOWN = 20


@contextmanager
def one_at_a_time() -> Iterator[None]:
    if not COSTLY.acquire(blocking=False):
        raise HTTPException(429)
    try:
        yield
    finally:
        COSTLY.release()


def deadline_of(visit: Visit, name: str) -> Deadline:
    return visit.there(visit.desk.plan.nearest_deadline(visit.now, name))


def figures_of(visit: Visit) -> Figures:
    return visit.desk.counted.figures(
        visit.db, visit.desk.plan, deadline_of(visit, asked(visit, "deadline")), visit.now
    )


def show(visit: Visit) -> Response:
    plan, zone = visit.desk.plan, visit.desk.settings.schedule.zone
    deadline = plan.nearest_deadline(visit.now, asked(visit, "deadline"))
    return visit.page(
        "reports.html",
        deadline=deadline,
        deadlines=plan.deadlines,
        listing=Listing("/reports", {"deadline": deadline.name if deadline else ""}),
        receivers=plan.receivers,
        upcoming=upcoming_digests(visit.db, plan.deadlines, zone, visit.now),
        sent=answers.page(visit.db, answers.Wanted(kind="digest"), 1, SHOWN).rows,
        taken=[(one["at"], one["who"], TAKEN[one["path"]]) for one in last_of(visit.db, SEEN, tuple(TAKEN), SHOWN)],
        merits=any("report" in one.collects and one.due_in(zone) < visit.now for one in plan.deadlines),
    )


def digest(visit: Visit) -> Response:
    """As it would go out now; its pictures take seconds to draw and are left out unless they are asked for."""
    found = figures_of(visit)
    charts = charts_of(found) if asked(visit, "charts") else ()
    envelope = Envelope(visit.who)
    mail = digest_mail(found, Drawn(charts), visit.desk.letters, None, visit.now, envelope, "<preview@localhost>")
    return visit.frame(as_page(parsed(mail.raw)), as_sent=True)


def workbook(visit: Visit) -> Response:
    found, office = figures_of(visit), visit.desk.letters.office
    return visit.download(workbook_name(found, office.campaign.name), build_workbook(found, office))


def package(visit: Visit) -> Response:
    """Everything to pass on in one .zip, made now."""
    with one_at_a_time(), visit.desk.store() as store, Scratch() as folder:
        made = export(
            store, visit.desk.plan, visit.desk.letters.office, folder, visit.now, visit.desk.guard, as_zip=True
        )
        return visit.download(made[-1].name, made[-1].read_bytes())


def send(visit: Visit) -> Response:
    """The digest of now to every coordinator."""
    desk = visit.desk
    deadline, at = deadline_of(visit, visit.field("deadline", 200)), visit.now.isoformat(timespec="seconds")
    receivers = desk.plan.receivers
    if not receivers:
        return visit.back_to("/reports", "没有设置协调人邮箱，没有发送。")
    with one_at_a_time(), desk.store() as store:
        mails = digests_now(store, desk.plan, desk.letters, deadline, visit.now, receivers)

        def queue(db: Database) -> bool:
            queue_now(db, mails, visit.now)
            wake(db, at)
            return True

        done = Act(Deed.DIGEST, text=f"已发“{deadline.name}”汇总（{len(mails)}封）。")
        order(desk.hands(store), visit.who, done, queue)
    return visit.back_to("/reports", f"已排队：{deadline.name}汇总，发给 {'、'.join(receivers)}。")


def merits(visit: Visit) -> Response:
    """Facts, sortable; whoever decides decides."""
    plan = visit.desk.plan
    deadline = visit.there(next((one for one in reversed(plan.deadlines) if "report" in one.collects), None))
    found = visit.desk.counted.figures(visit.db, plan, deadline, visit.now)
    of = "activities" if asked(visit, "of") == "activities" else "units"
    rows = of_activities(found) if of == "activities" else of_units(found)
    sort, down = asked(visit, "sort"), bool(asked(visit, "down"))
    if sort in LABELS:
        rows = sorted(rows, key=lambda one: getattr(one, sort), reverse=down)
    listing = Listing("/reports/merits", {"of": of, "sort": sort, "down": asked(visit, "down")})
    return visit.page(
        "merits.html", rows=rows, labels=LABELS, of=of, listing=listing, is_over=found.is_over, deadline=deadline
    )


ROUTES = (
    get("/reports", show),
    get("/reports/digest", digest),
    get(WORKBOOK, workbook),
    get(PACKAGE, package),
    get("/reports/merits", merits),
    post("/reports/send", send),
)
