"""What the bot leaves to a person: the list with reasons and files, and the person's decision at the command line."""

from __future__ import annotations

from typing import Any

from bot.base.errors import BotError
from bot.decision.office.reading import Act, Deed
from bot.decision.states import ReviewReason, Status
from bot.forms.definitions import Definitions
from bot.intake.parts import Hands
from bot.operation.acting import act
from bot.store import reviews
from bot.store.database import Store
from bot.store.files.journal import Line, mark
from bot.store.forms import versions

BY = "review"  # the command: who sat at it, nobody knows
DEEDS = {"accept": Deed.APPROVE, "assign": Deed.UNIT, "reject": Deed.RETURN, "done": Deed.CLOSE}


class NoSuchReview(BotError):
    """No open item of this number."""

    remedy = "执行 review 查看现有编号"


def list_reviews(store: Store, item: int | None) -> list[dict[str, Any]]:
    """Open items with the mail's saved files; only *item* where given."""
    found = [row for row in reviews.open_reviews(store.db) if item in (None, row["id"])]
    for row in found:
        files = store.db.query("SELECT file FROM saved_file WHERE mail = ? ORDER BY path", [row["mail"]])
        row["files"] = [str(store.root / file["file"]) for file in files]
    return found


def decide_review(hands: Hands, item: int, action: str, unit: str) -> str:
    """Carry a person's decision out, as a coordinator's mail would; returns what was done, in words.

    ``accept``: the form counts as it stands (a held version takes the place of the one before; a withdrawal is carried out);
    ``assign``: it belongs to *unit*;
    ``reject``: it does not count; ``done``: nothing more to do, the item only leaves the list.
    """
    if not list_reviews(hands.store, item):
        raise NoSuchReview(f"没有编号 {item} 的待处理事项")
    if action == "assign" and not unit:
        raise BotError("没有写单位名", f"写成 review {item} assign 单位全称")
    told = act(
        hands,
        BY,
        [Act(DEEDS[action], (item,), text=unit if action == "assign" else "", written=f"{action} {unit}".strip())],
    )
    if not told.done:
        raise BotError("".join(told.faults).removesuffix("。"), "用 done 标为已处理；需要登记的请让来信单位补发表格")
    return "\n".join((*told.done, *told.faults))


def repeat_decision(store: Store, told: Line, definitions: Definitions) -> None:
    """Carry out again what a person decided with a version of the bot whose command kept it in the journal alone, in a database that is built anew;
    nothing where its mail or form is not there."""
    with store.transaction() as db:
        mail = db.execute("SELECT id FROM mail WHERE sha256 = ?", [told["mail"]]).fetchone()
        if mail is None:
            return
        sql = """SELECT r.id AS item, s.id, s.ref, coalesce(s.source_path, '') AS path
            FROM review r LEFT JOIN submission s ON s.id = r.submission WHERE r.mail = ? AND r.reason = ?"""
        found = list(db.query(sql, [mail[0], told["reason"]]))
        for row in [row for row in found if mark(row["path"]) == told["path"]]:
            if row["id"] is not None:
                carry_out(store, row["id"], row["ref"], told["action"], told["unit"], told["reason"], definitions)
            done = [told["at"], told["action"], BY, row["item"]]
            db.execute(
                "UPDATE review SET done_at = ?, decision = ?, closed_by = ? WHERE id = ? AND done_at IS NULL", done
            )


def carry_out(
    store: Store, submission: int, ref: str, action: str, unit: str, reason: str, definitions: Definitions
) -> None:
    db = store.db
    if action == "accept" and reason == ReviewReason.WITHDRAWAL:
        versions.set_status(db, submission, Status.WITHDRAWN)
        versions.mark_decided(db, submission, "status")
    elif action == "accept":
        versions.accept(db, submission, definitions)
    elif (
        action == "reject" and reason != ReviewReason.WITHDRAWAL
    ):  # a withdrawal that is not accepted leaves the form as it is
        versions.set_status(db, submission, Status.REJECTED)
    elif action == "assign":
        versions.set_unit(db, ref, unit)
