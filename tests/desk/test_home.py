"""首页: the same numbers as the digest, and what waits, oldest first."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from tests.desk.conftest import Open, Served


def test_the_first_page_says_what_the_digest_says(shown: Served, look: Open) -> None:
    page = look("/")
    text = page.locator("main").inner_text()
    units = shown.office.view("SELECT count(*) AS n FROM v_units WHERE expected > 0")[0]["n"]
    activities = shown.office.view("SELECT count(*) AS n FROM v_activities")[0]["n"]
    waiting = shown.office.view("SELECT id FROM v_reviews WHERE closed_at IS NULL ORDER BY id")
    assert f"/ {units}" in text
    assert f"{activities}\n项活动" in text or f"{activities} 项活动" in text
    assert f"待办（{len(waiting)}件" in text
    listed = page.locator("ul.rows a[href^='/todo?n=']").evaluate_all("all => all.map(one => one.hash)")
    assert listed == [f"#n{row['id']}" for row in waiting]


def test_every_change_is_seen_at_once(served: Served) -> None:
    """Whoever made it, and where another database has taken the place of the one before."""
    client, data = served.client(), served.office.path / "data"

    def figures() -> list[str]:
        return re.findall(r"<strong>([^<]*)</strong> <span>(?:项活动|已报单位)", client.get("/").text)

    reported = figures()
    assert len(reported) == 2 and figures() == reported
    with closing(sqlite3.connect(data / "intake.db")) as db, db:
        db.execute("UPDATE submission SET status = 'withdrawn' WHERE kind = 'registration'")
    fewer = figures()
    assert fewer != reported
    with closing(sqlite3.connect(data / "intake.db")) as db, closing(sqlite3.connect(data / "other.db")) as other:
        db.backup(other)
        with other:
            other.execute("UPDATE submission SET status = 'accepted' WHERE kind = 'registration'")
    (data / "other.db").replace(data / "intake.db")
    for rest in ("intake.db-wal", "intake.db-shm"):
        (data / rest).unlink(missing_ok=True)
    assert figures() != fewer
