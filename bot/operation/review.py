"""What the bot leaves to a person: the list with reasons and files, and the person's decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.base.errors import BotError
from bot.decision.notices import BY_PERSON, Changed, notices_of
from bot.decision.rules import Rules
from bot.decision.states import ReviewReason, Status, status_label
from bot.decision.versions.content import stored_form
from bot.decision.versions.merging import merge
from bot.forms.definitions import Definitions
from bot.intake.answers import notice_letter
from bot.letters.keys import notice_key
from bot.letters.render import Renderer
from bot.store import outbox, reviews, submissions, token
from bot.store.database import Store
from bot.store.files.journal import Line, mark

DONE = {"accept": "已采用", "assign": "已改单位", "reject": "不采用", "done": "已处理"}


BY = "review"  # the command: who sat at it, nobody knows


class NoSuchReview(BotError):
    """No open item of this number."""

    remedy = "执行 review 查看现有编号"


def list_reviews(store: Store, item: int | None = None) -> list[dict[str, Any]]:
    """Open items with the mail's saved files; only *item* where given."""
    found = [row for row in reviews.open_reviews(store.db) if item in (None, row["id"])]
    for row in found:
        files = store.db.query("SELECT file FROM saved_file WHERE mail = ? ORDER BY path", [row["mail"]])
        row["files"] = [str(store.root / file["file"]) for file in files]
    return found


def note_decision(store: Store, at: str, row: dict[str, Any], action: str, unit: str) -> None:
    """Keep what a person decided beside the raw mails, so that a rebuilt database can be told again."""
    sha256 = store.db.execute("SELECT sha256 FROM mail WHERE id = ?", [row["mail"]]).fetchone()[0]
    path = submissions.source_path(store.db, row["submission"]) if row["submission"] is not None else ""
    store.journal.decided(at, sha256, path, action, unit, row["reason"])


def repeat_decision(store: Store, told: Line, definitions: Definitions) -> None:
    """Carry out again what a person decided, in a database that is built anew; nothing where its mail or form is not there."""
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
        submissions.set_status(db, submission, Status.WITHDRAWN)
        submissions.mark_decided(db, submission, "status")
    elif action == "accept":
        submissions.accept(db, submission, definitions)
    elif (
        action == "reject" and reason != ReviewReason.WITHDRAWAL
    ):  # a withdrawal that is not accepted leaves the form as it is
        submissions.set_status(db, submission, Status.REJECTED)
    elif action == "assign":
        submissions.set_unit(db, ref, unit)


def change_by(
    store: Store, submission: int, ref: str, action: str, unit: str, reason: str, rules: Rules
) -> list[Changed]:
    """What the decision changes of the form that stands."""
    version = submissions.version(store.db, submission)
    found = submissions.current_of(store.db, (), [ref])
    if action == "assign":
        return [Changed(one, f"填报单位已改为“{unit}”", unit=unit) for one in found]
    if action == "accept" and reason == ReviewReason.WITHDRAWAL:
        return [Changed(one, status_label(Status.WITHDRAWN)) for one in found]
    if action == "accept" and version.status == Status.HELD:
        base = submissions.base_of(store.db, version)
        now = [(one, merge(version, base, one, rules.definitions).version) for one in found]
        return [Changed(one, "已更新", stored_form(new, rules.definitions), new.unit) for one, new in now]
    return []


def queue_notices(
    store: Store, changed: list[Changed], row: dict[str, Any], rules: Rules, renderer: Renderer, now: datetime
) -> None:
    db, domain = store.db, renderer.office.domain
    for number, notice in enumerate(notices_of(changed, BY_PERSON, (), rules)):
        key = notice_key(row["id"], number)
        one = notice_letter(store, notice, rules.roster, renderer, now, iter([token.message_id(db, key, domain)]))
        outbox.queue(
            db,
            one.mail,
            dedupe_key=key,
            created_at=now.isoformat(timespec="seconds"),
            answers=row["mail"],
            template=one.template,
            refs=one.refs,
        )


def decide_review(
    store: Store, item: int, action: str, unit: str, rules: Rules, renderer: Renderer, now: datetime
) -> str:
    """Carry a person's decision out and tell it to whoever is on record for the form; returns what was done, in words.

    ``accept``: the form counts as it stands (a held version takes the place of the one before; a withdrawal is carried out);
    ``assign``: it belongs to *unit*;
    ``reject``: it does not count; ``done``: nothing more to do, the item only leaves the list.
    """
    row = next(iter(list_reviews(store, item)), None)
    if row is None:
        raise NoSuchReview(f"没有编号 {item} 的待处理事项")
    submission, ref = row["submission"], row["ref"]
    if action != "done" and submission is None:
        raise BotError(f"事项 {item} 没有对应的登记", "用 done 标为已处理；需要登记的请让来信单位补发表格")
    if action == "assign" and not unit:
        raise BotError("没有写单位名", f"写成 review {item} assign 单位全称")
    at = now.isoformat(timespec="seconds")
    with store.transaction() as db:
        if submission is not None:
            changed = change_by(store, submission, ref, action, unit, row["reason"], rules)
            carry_out(store, submission, ref, action, unit, row["reason"], rules.definitions)
            queue_notices(store, changed, row, rules, renderer, now)
        note_decision(store, at, row, action, unit)
        db.execute("UPDATE review SET done_at = ?, decision = ?, closed_by = ? WHERE id = ?", [at, action, BY, item])
    is_withdrawal = action == "accept" and row["reason"] == ReviewReason.WITHDRAWAL
    done = status_label(Status.WITHDRAWN) if is_withdrawal else DONE[action]
    return f"[{item}] {ref or ''} {done}{f'：{unit}' if action == 'assign' else ''}"
