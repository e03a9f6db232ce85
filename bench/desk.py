"""Milliseconds and kilobytes of each page of the desk with 1,000 activities and 50,000 mails, and the memory of its process.

    python -m bench.desk [--activities 1000] [--mails 50000] [--keep FOLDER]

The store is filled through the functions that the bot fills it with; ``--keep`` leaves it there, and uses what an earlier run left. Pages are asked for
over the network, as a browser does; the second time counts.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import requests
from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from bot.base.problems import Code, Problem, Severity
from bot.base.settings import load_settings
from bot.base.text import name_key
from bot.decision.model import MailKind, ReviewItem
from bot.decision.states import Outcome, ReviewReason, Status
from bot.desk.entry.passwords import hash_of
from bot.forms.model import Kind
from bot.letters.model import Rendered
from bot.operation.app import App
from bot.store import mails, outbox, reviews
from bot.store.forms import versions
from bot.store.forms.versions import NewVersion
from bot.store.lists import search
from tests.flow import samples
from tests.flow.office import CONFIG

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2023, 8, 21, 8, tzinfo=ZONE)
NOW = "2023-09-12T12:00+08:00"
UNITS = 180
PASSWORD = "correct horse battery"
COUNTIES = ("晋江市", "石狮市", "南安市", "惠安县", "安溪县", "永春县", "德化县", "鲤城区", "丰泽区", "洛江区")
TYPES = ("展览展示", "互动体验", "现场咨询", "科普宣传", "科普表演")
AUDIENCES = ("青少年", "农民", "产业工人", "老年人")
WORDS = (
    "您好，我单位的申报表和汇总表见附件，请查收",
    "活动地点因天气原因改到室内，请以此为准",
    "请问何时截止，是否需要盖章",
    "联系人换为新的同志，电话如下",
    "预计公众参与人数有变化，请更新",
    "材料已补充完整，麻烦再看一下",
    "本次活动由科技馆承办，面向青少年和老年人",
    "海洋科普展将持续两周，欢迎指导",
)
PAGES = (
    *("/", "/todo", "/activities", "/activities?sort=people&down=1&page=5", "/activities?q=海洋", "/activities?county=晋江市&week=2023-09-11"),
    *("/activities?view=print", "/activities.xlsx", "/units", "/mails", "/mails?q=海洋", "/mails?q=科普展 请问", "/mails?q=13900000777", "/mails?outcome=failed"),
    *("/mails?page=900", "/mails/777", "/outbox", "/outbox?state=gave_up", "/outbox?q=海洋", "/outbox/777", "/reports", "/reports/digest", "/reports/merits", "/system"),
    *("/search?q=海洋", "/search?q=科普展 请问", "/search?q=13900000777"),
)  # fmt: skip
COUNTED = ("/", "/reports/digest", "/reports/merits")  # asked for again after each change of the store


def unit_name(number: int) -> str:
    return f"{COUNTIES[number % len(COUNTIES)]}{'第' + str(number) + '中学' if number >= len(COUNTIES) else '科学技术协会'}"


def configure(folder: Path) -> None:
    roster = "\n".join(
        f'[[unit]]\nname = "{unit_name(n)}"\nemails = ["unit{n}@u{n}.example.com"]\ngroup = "{"县（市、区）科协" if n < 10 else "学校"}"'
        for n in range(UNITS)
    )
    more = f'{roster}\n[desk.passwords]\n"boss@example.gov.cn" = "{hash_of(PASSWORD, 2**4)}"\n'
    text = CONFIG.format(imap_port=1, user="kepu", smtp_port=1, mailbox="", smtp="", more=more, coordinators="")
    (folder / "config.toml").write_text(text, encoding="utf-8")


def fill(folder: Path, activities: int, count: int) -> None:
    chance = random.Random(1)
    letter = samples.mail(text="\n".join(WORDS) * 40)
    with App(load_settings(folder / "config.toml"), lambda: datetime.fromisoformat(NOW)) as app:
        for first in range(0, count, 500):
            with app.store.transaction() as db:
                for number in range(first, min(first + 500, count)):
                    add_mail(db, number, activities, chance, letter)


def add_mail(db: Database, number: int, activities: int, chance: random.Random, letter: bytes) -> None:
    at = (BEGIN + timedelta(minutes=number * 30_000 / 50_000)).isoformat(timespec="seconds")
    unit, sender = unit_name(number % UNITS), f"unit{number % UNITS}@u{number % UNITS}.example.com"
    mail = mails.add_mail(db, "INBOX", f"{number:064}", at)
    subject = f"报送{number}"
    mails.describe(
        db,
        mail,
        message_id=f"<{number}@example.com>",
        other_ids=(),
        from_addr=sender,
        subject=subject,
        content_key="",
        unit=unit,
    )
    ref, outcome = "", chance.choice((Outcome.LETTER, Outcome.NO_FORM, Outcome.UNCHANGED, Outcome.IGNORED))
    if number < activities:
        ref, outcome = f"KP2023-{number:04}", add_form(db, number, mail, at, unit, sender, chance)
    elif number % 500 == 0:
        outcome = Outcome.FAILED
    mails.close_mail(db, mail, outcome, ref=ref)
    words = [chance.choice(WORDS) for _ in range(12)] + [f"联系人：庄晓东 联系电话：139{number:08}"]
    search.say(db, mail, "庄晓东", ["申报表.docx", f"海报{number}.jpg"], "。\n".join(words))
    if number % 100 == 0:
        reviews.add_review(db, mail, ReviewItem(ReviewReason.WORDS, "请看来信"), at, words="请问何时截止")
    sent = Rendered(MailKind.CONFIRMATION, sender, f"Re: {subject}", "", f"<a{number}@example.com>", letter)
    outbox.queue(db, sent, dedupe_key=str(number), created_at=at, answers=mail, template="confirmation")
    if number % 2_000 == 0:
        outbox.mark_gave_up(db, number + 1, "550 no such user")
    elif number % 5_000 != 1:
        outbox.mark_sent(db, number + 1, at)


def add_form(db: Database, number: int, mail: int, at: str, unit: str, sender: str, chance: random.Random) -> Outcome:
    day = date(2023, 8, 28) + timedelta(days=number % 34)
    name, wrong = f"第{number}号海洋科普活动", number % 7 == 0
    fields = {
        **{"reporting_unit": unit, "activity_name": name, "host_unit": unit, "undertaking_unit": unit},
        **{"contact_person": "庄晓东", "phone": "0595-22000000", "mobile": f"139{number:08}", "email": sender},
        **{"activity_time": f"{day.month}月{day.day}日", "start_date": day.isoformat(), "end_date": day.isoformat()},
        **{"venue": f"{unit}第{number}号礼堂", "activity_types": chance.sample(TYPES, 2)},
        **{"audiences": chance.sample(AUDIENCES, 2), "expected_public": number % 900, "staff_count": 20},
        **{"report_date": "2023-08-25", "content": "。".join(chance.choice(WORDS) for _ in range(12))},
    }
    problem = Problem(Code.INVALID, Severity.ERROR, "联系电话位数不对", "phone")
    status = Status.NEEDS_CORRECTION if wrong else Status.ACCEPTED
    new = NewVersion(
        ref=f"KP2023-{number:04}", kind=Kind.REGISTRATION, unit=unit, title=name, match_key=name, name_key=name_key(name),
        version=1, is_current=True, is_late=number % 11 == 0, status=status, source_path=f"{mail}.eml!/申报表.docx",
        content={"definition": "registration", "fields": fields}, content_hash=str(number), problems=(problem,) if wrong else (),
    )  # fmt: skip
    versions.add_version(db, new, mail, at, sender)
    return Outcome.NEEDS_CORRECTION if wrong else Outcome.ACCEPTED


def log_in(url: str) -> requests.Session:
    session = requests.Session()
    shown = session.get(f"{url}/login").text
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', shown)
    told = {"csrf": found[1] if found else "", "address": "boss@example.gov.cn", "password": PASSWORD}
    session.post(f"{url}/login", told, allow_redirects=False).raise_for_status()
    return session


def measure(folder: Path, shown: Table) -> str:
    port = 8023 + os.getpid() % 1000
    words = ["--config", str(folder / "config.toml"), "--now", NOW, "desk", "--port", str(port)]
    root = Path(__file__).parents[1]
    process = subprocess.Popen([sys.executable, str(root / "run_bot.py"), *words], stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        until(url)
        before = psutil.Process(process.pid).memory_info().rss
        session = log_in(url)
        asked = [(page, False) for page in PAGES] + [(page, True) for page in COUNTED]
        for page, is_changed in asked:
            answer = session.get(url + page, allow_redirects=False)
            times, used = [], cpu(process.pid)
            for _ in range(5):
                if is_changed:
                    change(folder)
                start = time.perf_counter()
                answer = session.get(url + page, allow_redirects=False)
                times.append(1000 * (time.perf_counter() - start))
            used, size = (cpu(process.pid) - used) / len(times), len(answer.content) / 1000
            told = statistics.median(times), max(times), used, size
            row = (page + " after a change" * is_changed, str(answer.status_code), *(f"{one:.0f}" for one in told))
            shown.add_row(*row, style="bold" if statistics.median(times) > 300 else "")
        after = psutil.Process(process.pid).memory_info().rss
        return f"memory: {before / 2**20:.0f} MB at the start, {after / 2**20:.0f} MB after all pages"
    finally:
        process.terminate()
        process.wait()


def change(folder: Path) -> None:
    """Something that a cycle of the daemon notes."""
    with closing(sqlite3.connect(folder / "data" / "intake.db")) as db, db:
        db.execute("INSERT OR REPLACE INTO state (key, value) VALUES ('bench', random())")


def cpu(process: int) -> float:
    """Milliseconds of the processor that it used; on a machine with other work the clock tells less."""
    times = psutil.Process(process).cpu_times()
    return 1000 * float(times.user + times.system)


def until(url: str) -> None:
    for _ in range(600):
        try:
            requests.get(f"{url}/login", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the desk does not answer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=1_000)
    parser.add_argument("--mails", type=int, default=50_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    os.environ["BOT_TEST_PASSWORD"] = "none"
    shown = Table("page", "status", "ms (median)", "ms (worst)", "CPU ms", "kB")
    with tempfile.TemporaryDirectory(prefix="desk-") as name:
        folder = options.keep or Path(name)
        if not (folder / "config.toml").exists():
            folder.mkdir(parents=True, exist_ok=True)
            configure(folder)
            fill(folder, options.activities, options.mails)
        memory = measure(folder, shown)
    Console().print(shown, memory)


if __name__ == "__main__":
    main()
