"""首页: the same numbers as the digest, and what waits, oldest first."""

from __future__ import annotations

from tests.desk.conftest import Open, Served


def test_the_first_page_says_what_the_digest_says(served: Served, browse: Open) -> None:
    page = browse("/")
    text = page.locator("main").inner_text()
    units = served.office.view("SELECT count(*) AS n FROM v_units WHERE expected > 0")[0]["n"]
    activities = served.office.view("SELECT count(*) AS n FROM v_activities")[0]["n"]
    waiting = served.office.view("SELECT id FROM v_reviews WHERE closed_at IS NULL ORDER BY id")
    assert f"/ {units}" in text
    assert f"{activities}\n项活动" in text or f"{activities} 项活动" in text
    assert f"待办（{len(waiting)}件" in text
    shown = page.locator("ul.rows a[href^='/todo?n=']").evaluate_all("all => all.map(one => one.hash)")
    assert shown == [f"#n{row['id']}" for row in waiting]
