"""Processor seconds of what must stay cheap: reading and deciding odd text, and the store's questions with many units.

    python -m bench.costs [--size 60000] [--units 0 1000 3000] [--forms 0 20000 200000]

Each text is read at one size and at twice that: a ratio near two is linear, near four quadratic.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table as Shown
from sqlite_utils import Database

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.decision.decide import decide
from bot.decision.facts import Case, Known, Read
from bot.decision.model import MailKind
from bot.decision.rules import Rules
from bot.decision.words.check_code import without_codes
from bot.decision.words.requests import read_request
from bot.documents.context import ReadContext
from bot.documents.model import Blob, Cell, Document, Table
from bot.documents.open import open_blob
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind, Value
from bot.forms.read import read_forms
from bot.forms.units.assign import assign_units
from bot.forms.units.roster import Roster
from bot.intake.gather import gather, units_of
from bot.letters.model import Rendered
from bot.message.parse import parse_message
from bot.statements.values.answers import read_answers
from bot.statements.wording.signature import signed_text
from bot.store import mails, outbox, senders
from bot.store.database import Store
from bot.store.forms import versions
from bot.store.forms.versions import NewVersion
from tests.flow import samples

CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
DEFINITIONS = load_definitions()
NOW = datetime(2023, 8, 25, 12, tzinfo=UTC)
UNITS = 3_000
LINES = {
    "phone label": "联系电话：1\n",
    "one label, one line": "联系电话：1 ",
    "all labels": "活动名称：甲\n活动时间：9月17日\n活动地点：乙\n联系人：丙\n联系电话：0595-22000000\n",
    "digits": "13912345678",
    "words": "这是一段很长的活动说明文字，介绍各项内容和安排。",
    "numbered": "1、活动安排如下\n",
    "dates": "9月17日至9月18日、",
    "links": "https://pan.baidu.com/s/1abcdefg 提取码：abcd\n",
    "quotes": "> 引用的内容\n",
    "boxes": "□科普讲座 ☑科技展览 ",
    "blank": "    \n",
    "short lines": "好\n",
    "changes": "地点改为市民广场\n",
    "colons": "：",
    "brackets": "（",
    "references": "KP2023-0001 ",
    "courtesy": "谢谢",
    "units": "晋江市科学技术协会、",
    "latin": "a",
    "addresses": "unit@example.com, ",
    "pipes": "|活动名称|甲|\n",
}


def seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def steps(text: str) -> Iterator[tuple[str, Callable[[], object]]]:
    raw = samples.mail(sender="a@example.com", subject="Re: 报送", text=text, message_id="<1@example.com>")
    yield "message", lambda: parse_message(raw)
    message = parse_message(raw)
    body = Blob("正文.txt", "正文.txt", message.new_text.encode(), is_body=True)
    yield "document", lambda: open_blob(body, ReadContext())
    document = open_blob(body, ReadContext()).document
    assert document is not None
    yield "forms", lambda: read_forms(document, DEFINITIONS, CAMPAIGN)
    forms = read_forms(document, DEFINITIONS, CAMPAIGN)
    rules = Rules(DEFINITIONS, Roster(), CAMPAIGN)
    read = Read(message, (document,), tuple(forms), NOW)
    yield "decision", lambda: decide(Case(read, units_of(read, rules, ()), Known(), rules, NOW))
    yield (
        "request",
        lambda: read_request(message.subject, signed_text(without_codes(message.new_text)), from_coordinator=True),
    )
    cell = Document("a", "a", "docx", (Table((Cell(0, 0, "活动内容"), Cell(0, 1, text))),))
    yield "cell", lambda: read_forms(cell, DEFINITIONS, CAMPAIGN)
    form = next(iter(forms), None)
    if form is not None:
        yield "answers", lambda: read_answers(text, form, DEFINITIONS, CAMPAIGN)


def texts(size: int) -> Shown:
    """Only what takes a quarter of a second at the larger size."""
    shown = Shown("text", "step", f"{size // 1000} kB", f"{2 * size // 1000} kB")
    for name, piece in LINES.items():
        small, large = (piece * (n // len(piece.encode())) for n in (size, 2 * size))
        for (step, one), (_, two) in zip(steps(small), steps(large), strict=False):
            a, b = seconds(one), seconds(two)
            if b > 0.25:
                shown.add_row(name, step, f"{a:.2f}", f"{b:.2f}" + (" !" if b > 2.6 * a else ""))
    return shown


def stores(counts: Sequence[int]) -> Shown:
    """Milliseconds of the store's questions, with so many units that each sent a form of one name and were answered once."""
    shown = Shown("units", "units seen", "unit of a form", "next mail to send", "v_activities", "v_units")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store") as store:
            with store.transaction() as db:
                for number in range(count):
                    add_unit(db, number)
            shown.add_row(str(count), *(f"{1000 * seconds(call):.2f}" for call in questions(store.db, count)))
    return shown


def questions(db: Database, count: int) -> Iterator[Callable[[], object]]:
    seen = senders.units_seen(db)
    form = Form(Kind.REGISTRATION, "a", "docx", {"reporting_unit": Value(f"晋江市青阳街道第{count}小学")})
    assign_units([form], Roster(home="泉州"), "a@example.com", (), seen)  # what an hour before has done
    yield lambda: senders.units_seen(db)
    yield lambda: assign_units([form], Roster(home="泉州"), "a@example.com", (), {*seen, "晋江市一小学"})
    yield lambda: outbox.due(db, NOW, 1)
    yield lambda: list(db.query("SELECT * FROM v_activities"))
    yield lambda: list(db.query("SELECT * FROM v_units"))


def gathering(counts: Sequence[int], times: int = 50) -> Shown:
    """Milliseconds in which the store tells all that matters for one mail, with so many forms of ``UNITS`` units."""
    shown = Shown("forms", "a first form", "a form of a unit with many", "a letter without forms")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store") as store:
            fill(store, count)
            asked = [mail_of(store, f"晋江市青阳街道第{unit}小学", unit) for unit in (UNITS + 1, 1)]
            asked.append((asked[1][0], replace(asked[1][1], forms=())))
            rules = Rules(DEFINITIONS, Roster(home="泉州"), CAMPAIGN)
            found = []
            for stored, read in asked:
                ask = partial(gather, store, stored, read, rules, NOW)
                ask()
                found.append(f"{1000 * seconds(lambda ask=ask: [ask() for _ in range(times)]) / times:.2f}")
            shown.add_row(str(count), *found)
    return shown


def mail_of(store: Store, unit: str, number: int) -> tuple[mails.StoredMail, Read]:
    raw = samples.mail(sender=f"u{number}@example.com", subject="报送", message_id=f"<new{number}@example.com>")
    values = {"reporting_unit": Value(unit), "activity_name": Value("科普大讲堂"), "venue": Value("礼堂")}
    form = Form(Kind.REGISTRATION, "a.docx", "docx", values)
    with store.transaction() as db:
        identity = mails.add_mail(db, "INBOX", f"{-number:064}", NOW.isoformat())
    return mails.stored_mail(store.db, identity), Read(parse_message(raw), (), (form,), NOW)


def fill(store: Store, count: int) -> None:
    """Forms as if they had come one by one, but written at once, and not made findable by their words."""
    at = NOW.isoformat()
    store.connection.execute("BEGIN")
    store.connection.executemany(
        "INSERT INTO mail (id, folder, sha256, received_at, outcome, from_addr) VALUES (?, 'INBOX', ?, ?, 'accepted', ?)",
        ((n, f"{n:064}", at, f"u{n % UNITS}@example.com") for n in range(1, count + 1)),
    )
    store.connection.executemany(
        """INSERT INTO submission (ref, kind, unit, title, match_key, name_key, version, is_current, is_late, status, source_path, content, content_hash,
            mail, received_at, from_addr) VALUES (?, 'registration', ?, ?, ?, ?, 1, 1, 0, 'accepted', 'a', ?, ?, ?, ?, ?)""",
        (
            (
                f"KP2023-{n:06}",
                f"晋江市青阳街道第{n % UNITS}小学",
                *[f"第{n}场讲座"] * 3,
                json.dumps({"fields": {"activity_name": f"第{n}场讲座"}}),
                str(n),
                n,
                at,
                f"u{n % UNITS}@example.com",
            )
            for n in range(1, count + 1)
        ),
    )
    store.connection.execute("DELETE FROM search_due")
    store.connection.execute("DELETE FROM pairing_due")
    store.connection.execute("COMMIT")


def add_unit(db: Database, number: int) -> None:
    at, name = NOW.isoformat(), "科普大讲堂"
    mail = mails.add_mail(db, "INBOX", f"{number:064}", at)
    new = NewVersion(
        ref=f"KP2023-{number:04}", kind=Kind.REGISTRATION, unit=f"晋江市青阳街道第{number}小学", title=name, match_key=name,
        name_key=name, version=1, is_current=True, is_late=False, status="accepted", source_path="a",
        content={"fields": {"activity_name": name}}, content_hash=str(number),
    )  # fmt: skip
    versions.add_version(db, new, mail, at, f"u{number}@example.com")
    letter = Rendered(
        MailKind.CONFIRMATION, f"u{number}@example.com", "Re: 报送", "", f"<{number}@example.com>", bytes(40_000)
    )
    outbox.queue(db, letter, dedupe_key=str(number), created_at=at, answers=mail)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=60_000, help="bytes of each text")
    parser.add_argument("--units", type=int, nargs="*", default=[0, 1_000, 3_000])
    parser.add_argument("--forms", type=int, nargs="*", default=[0, 20_000, 200_000])
    options = parser.parse_args()
    console = Console()
    console.print(texts(options.size))
    console.print(stores(options.units))
    console.print(gathering(options.forms))


if __name__ == "__main__":
    main()
