"""An act at the desk as the store keeps it: one more mail, written by us, with the acts as data beside the words. From then on it goes the way of a
coordinator's mail: pending until it is worked off, worked off once, repeated when the database is built anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

from msgspec.structs import asdict
from sqlite_utils import Database

from bot.base.errors import BotError
from bot.base.failpoints import reach
from bot.decision.facts import Heard, Read
from bot.decision.office.reading import NAMES, Act, Deed
from bot.intake.parts import Hands
from bot.message.model import Address, Message
from bot.store import mails
from bot.store.mails import DESK, Place, StoredMail

MOST_TEXT = 20_000  # characters of one act


class NothingDone(BotError):
    """An order found nothing to do."""


def leave(
    hands: Hands, who: str, acts: Sequence[Act], key: str, along: Callable[[Database], bool] | None = None
) -> int:
    """Write the acts down; returns the mail's row. The same *key* (of the form that was sent) a second time is the same mail. *along* is what is
    done in the same transaction; ``NothingDone`` where it says that there was nothing to do."""
    store, now = hands.store, hands.now()
    message_id = f"<desk.{key}@{hands.letters.office.domain}>"
    if (before := mails.with_id(store.db, message_id)) is not None:
        return before
    raw = written(who, acts, message_id, now)
    sha256 = store.raw.put(raw, now, place=Place("", DESK, 0, 0).as_text())
    reach("act_on_disk")
    with store.transaction() as db:
        if (before := mails.with_id(db, message_id)) is not None:
            return before
        mail = mails.add_mail(db, DESK, sha256, now.isoformat(timespec="seconds"))
        mails.describe(
            db, mail, message_id=message_id, other_ids=(), from_addr=who, subject=subject_of(acts), content_key=""
        )
        if along is not None and not along(db):
            raise NothingDone(subject_of(acts))
    reach("act_left")
    return mail


def written(who: str, acts: Sequence[Act], message_id: str, now: datetime) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"<{who}>"
    mail["Date"] = now
    mail["Message-ID"] = message_id
    mail["Subject"] = subject_of(acts)
    mail.set_content("\n".join(words_of(act) for act in acts))
    told = json.dumps([asdict(act) for act in acts], ensure_ascii=False)
    mail.add_attachment(told.encode(), "application", "json", filename="acts.json")
    return mail.as_bytes()


def subject_of(acts: Sequence[Act]) -> str:
    return f"工作台：{'、'.join(dict.fromkeys(NAMES[act.deed] for act in acts))}"


def words_of(act: Act) -> str:
    """The act as it would be written in a mail."""
    about = " ".join((*map(str, act.numbers), *act.refs, *filter(None, [act.about])))
    return " ".join(filter(None, (about, NAMES[act.deed], act.text)))


def read_act(hands: Hands, stored: StoredMail) -> Read:
    """What was left. These bytes are our own: no worker is needed."""
    mail = message_from_bytes(hands.store.raw.get(stored.sha256), policy=default)
    told = next(part for part in mail.walk() if part.get_content_type() == "application/json")
    received = datetime.fromisoformat(stored.received_at)
    return read_of(mail["From"].addresses[0].addr_spec, acts_in(told.get_content()), received, str(mail["Message-ID"]))


def read_of(who: str, acts: Sequence[Act], now: datetime, message_id: str = "") -> Read:
    text = "\n".join(words_of(act) for act in acts)
    message = Message(
        message_id=message_id,
        other_ids=(),
        in_reply_to=(),
        references=(),
        sender=Address(who),
        reply_to=(),
        to=(),
        subject=subject_of(acts),
        date=now,
        text=text,
        html="",
        new_text=text,
        parts=(),
    )
    return Read(message, (), (), now, heard=Heard(acts=tuple(acts)), at_desk=True)


def acts_in(told: bytes) -> tuple[Act, ...]:
    return tuple(
        Act(
            Deed(one["deed"]),
            tuple(one["numbers"]),
            tuple(one["refs"]),
            tuple((ref, version) for ref, version in one["versions"]),
            one["about"],
            one["text"],
            one["written"],
            one["seen"],
        )
        for one in json.loads(told)
    )
