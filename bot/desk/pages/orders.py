"""What is done to a unit, to a mail that came in and to one that goes out: 提醒, 零报告, 重新处理, 补发, 不再重试."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

from sqlite_utils import Database
from starlette.responses import Response

from bot.base.errors import BotError
from bot.decision.office.reading import Act, Deed
from bot.desk.listing import asked, number_in
from bot.desk.seen_mail import as_page
from bot.desk.visit import Visit, get, post
from bot.digest.remind import reminders_now
from bot.letters.gathered import parsed
from bot.operation.acting import act, order
from bot.operation.handing_over import REPROCESS, Order, here_or_there, wake
from bot.store import outbox
from bot.store.lists import answers, letters

STOPPED = "协调人决定不再发送"
COSTLY = threading.Lock()  # reading a mail again takes a worker of its own: one at a time


def nil(visit: Visit) -> Response:
    """As a coordinator's «零报告 …» does."""
    unit = visit.field("unit", 200)
    with visit.desk.store() as store:
        told = act(
            visit.desk.hands(store),
            visit.who,
            [Act(Deed.NIL, text=unit, written=f"零报告 {unit}")],
            visit.field("key", 60),
        )
    return visit.back_to("/units", "\n".join((*told.done, *told.faults)) or "没有记录。")


def show_reminder(visit: Visit) -> Response:
    """The letter to a unit, before it goes out."""
    unit = asked(visit, "unit")
    with visit.desk.store() as store:
        mails = reminders_now(store, visit.desk.plan, visit.desk.letters, unit, visit.now)
    return visit.page(
        "remind.html",
        unit=unit,
        receivers=[mail.to_addr for _, mail in mails],
        subject=mails[0][1].subject if mails else "",
    )


def reminder_page(visit: Visit) -> Response:
    with visit.desk.store() as store:
        mails = reminders_now(store, visit.desk.plan, visit.desk.letters, asked(visit, "unit"), visit.now)
    if not mails:
        raise visit.missing()
    return visit.frame(as_page(parsed(mails[0][1].raw)), as_sent=True)


def remind(visit: Visit) -> Response:
    unit, at = visit.field("unit", 200), visit.now.isoformat(timespec="seconds")
    with visit.desk.store() as store:
        mails = reminders_now(store, visit.desk.plan, visit.desk.letters, unit, visit.now)
        queued: list[str] = []

        def queue(db: Database) -> bool:
            for key, mail in mails:
                if outbox.queue(db, mail, dedupe_key=key, created_at=at, template="reminder"):
                    queued.append(mail.to_addr)
            wake(db, at)
            return bool(queued)

        order(visit.desk.hands(store), visit.who, Act(Deed.REMIND, about=unit, text=f"已提醒{unit}报送。"), queue)
    done = f"已排队：提醒{unit}，发给 {'、'.join(queued)}。"
    return visit.back_to("/units", done if queued else f"没有发送：{unit}今天已提醒过、已报送，或没有可用的邮箱。")


def changed(visit: Visit, change: Callable[[Database, int], bool], deed: Deed, done: str, refused: str) -> Response:
    """What is done to a letter that goes out, noted for the forms that it is about."""
    letter = number_in(visit.path["id"], 0)
    found = visit.there(answers.one(visit.db, letter))

    def carry_out(db: Database) -> bool:
        wake(db, visit.now.isoformat(timespec="seconds"))
        return change(db, letter)

    wanted = Act(deed, refs=tuple(json.loads(found["refs"])), text=f"发信 {letter}：{done}")
    with visit.desk.store() as store:
        is_done = order(visit.desk.hands(store), visit.who, wanted, carry_out)
    return visit.back_to(f"/outbox/{letter}", done if is_done else refused)


def again(visit: Visit) -> Response:
    refused = "没有补发：正在发送、已经发出，或内容已清除。"
    return changed(visit, outbox.send_again, Deed.SEND_AGAIN, "已重新排队，很快发出。", refused)


def stop(visit: Visit) -> Response:
    def change(db: Database, letter: int) -> bool:
        return outbox.stop_sending(db, letter, STOPPED)

    return changed(visit, change, Deed.STOP, "不再发送。", "没有改动：这封信不在等待发送。")


def read_again(visit: Visit) -> Response:
    """By today's rules, as ``reprocess --message`` does: here, or by the instance that has the store. Nobody is answered."""
    mail = number_in(visit.path["id"], 0)
    found = visit.there(letters.one(visit.db, mail))
    refs = tuple(dict.fromkeys(form["ref"] for form in found["forms"]))
    wanted = Act(Deed.READ_AGAIN, refs=refs, text=f"来信 {mail}：按现在的规则重新处理。")
    with visit.desk.store() as store:
        act(visit.desk.hands(store), visit.who, [wanted])
    said: list[str] = []
    asked_for = {"messages": [str(mail)], "all": False, "reply": False}
    with COSTLY:
        try:
            here_or_there(
                visit.desk.settings, visit.desk.clock, threading.Event(), Order(REPROCESS, asked_for, said.append)
            )
        except BotError as error:
            said.append(str(error))
    return visit.back_to(f"/mails/{mail}", "\n".join(said) or "已重新处理。")


ROUTES = (
    post("/units/nil", nil),
    get("/units/remind", show_reminder),
    get("/units/remind/page", reminder_page),
    post("/units/remind", remind),
    post("/outbox/{id}/again", again),
    post("/outbox/{id}/stop", stop),
    post("/mails/{id}/again", read_again),
)
