"""待办: a morning's work to an empty list, at a desk and on a phone, with and without scripts; what two coordinators and those who only look can do."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from bot.base.replacing import replace
from bot.desk.pages.todo import page_with
from bot.store import reviews
from tests.desk.acts import letters, state
from tests.desk.conftest import READER, SECOND, Open, Served


def open_items(served: Served) -> list[int]:
    return [row["id"] for row in served.office.view("SELECT id FROM review WHERE done_at IS NULL ORDER BY id")]


def no_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("width", "scripts"), [(375, True), (1366, False)])
def test_a_morning_s_work_to_an_empty_list(browse: Open, served: Served, width: int, scripts: bool) -> None:
    page = browse("/todo", width=width, scripts=scripts)
    page.on("dialog", lambda dialog: pytest.fail("something ran"))
    first, *_ = waiting = open_items(served)
    cards = page.locator("section.todo")
    assert [int(one.removeprefix("n")) for one in cards.evaluate_all("all => all.map(one => one.id)")] == waiting
    assert no_wider_than_the_screen(page)
    card = page.locator(f"#n{first}")
    assert "展板可以向贵处借用吗" in card.locator("blockquote").inner_text()
    # The letter is shown before it goes, and nothing is done by that.
    before = state(served.office)
    card.get_by_text("答复", exact=True).click()
    card.get_by_label("要答复的话").fill("可以借用，请与我们约时间。")
    card.get_by_role("button", name="预览答复").click()
    assert "可以借用，请与我们约时间。" in page.locator("blockquote").inner_text()
    assert state(served.office) == before and no_wider_than_the_screen(page)
    page.get_by_role("button", name="返回修改").click()
    card = page.locator(f"#n{first}")
    expect(card.get_by_label("要答复的话")).to_have_value("可以借用，请与我们约时间。")
    card.get_by_role("button", name="发出答复").click()
    assert "答复已发往" in page.locator(".told").inner_text()
    assert open_items(served) == waiting[1:]
    assert any("可以借用，请与我们约时间。" in row[5] for row in letters(served.office))
    # What was pressed by mistake.
    page.locator(f"#n{waiting[1]}").get_by_role("button", name="办结", exact=True).click()
    assert open_items(served) == waiting[2:]
    page.get_by_role("button", name="撤销", exact=True).first.click()
    assert open_items(served) == waiting[1:] and "已撤销" in page.locator(".told").inner_text()
    for number in waiting[1:]:
        page.locator(f"#n{number} input[type=checkbox]").check()
    page.get_by_role("button", name="办结所勾选的").click()
    assert open_items(served) == []
    expect(page.get_by_text("没有需要人处理的事项。")).to_be_visible()
    assert page.title().startswith("待办") and no_wider_than_the_screen(page)


def test_who_only_looks_sees_and_cannot_act(browse: Open, served: Served) -> None:
    page = browse("/todo", address=READER)
    assert page.locator("section.todo").count() == len(open_items(served))
    assert page.locator("main form, main button, main input, main textarea").count() == 0
    before = state(served.office)
    reader, number = served.client(READER), str(open_items(served)[0])
    for path in ("/todo", "/todo/several", "/todo/undo"):
        sent = {"item": number, "deed": "done", "act": "x", "do": "preview"}
        assert reader.post(path, sent, page="/").status_code == 403
    assert state(served.office) == before


def test_of_two_coordinators_the_second_hears_of_the_first(served: Served) -> None:
    one, two = served.client(), served.client(SECOND)
    number = open_items(served)[0]
    forms = [
        re.search(
            rf'name="item" value="{number}"><input type="hidden" name="seen" value="(\w+)"', who.get("/todo").text
        )
        for who in (one, two)
    ]
    seen = [form[1] for form in forms if form]
    assert len(seen) == 2
    sent = {"item": str(number), "deed": "answered", "do": "send", "text": "可以"}
    assert one.post("/todo", {**sent, "seen": seen[0], "key": "a"}).status_code == 303
    after = letters(served.office)
    answer = two.post("/todo", {**sent, "text": "不可以", "seen": seen[1], "key": "b"})
    assert answer.status_code == 200 and "已经办结（答复，boss@example.gov.cn" in answer.text
    assert "没有发出" in answer.text and "不可以" in answer.text, "nobody's words are lost"
    assert letters(served.office) == after
    # The same form twice (back and again) is one answer.
    assert one.post("/todo", {**sent, "seen": seen[0], "key": "a"}).status_code == 303
    assert letters(served.office) == after


def test_what_can_be_done_about_one_form(browse: Open, served: Served) -> None:
    page = browse("/activity/KP2023-0001", width=375)
    acts = page.locator("section.todo")
    acts.get_by_text("更正", exact=True).first.click()
    acts.get_by_label("栏目").select_option("联系电话")
    acts.get_by_label("改为").fill("0595-22000001")
    before = state(served.office)
    acts.get_by_role("button", name="预览", exact=True).first.click()
    assert "0595-22000001" in page.locator("blockquote").inner_text() and state(served.office) == before
    page.get_by_role("button", name="照此办理").click()
    assert page.url.endswith("/activity/KP2023-0001") and "已更正为" in page.locator(".told").inner_text()
    assert served.office.view("SELECT phone FROM v_activities WHERE ref = 'KP2023-0001'") == [
        {"phone": "0595-22000001"}
    ]
    acts.get_by_text("合并重复", exact=True).first.click()
    acts.get_by_label("并入哪一份").fill("kp2023-0004")
    acts.get_by_role("button", name="合并重复").click()
    assert "已并入 KP2023-0004" in page.locator(".told").inner_text()
    assert page.locator("section.todo").count() == 0 and no_wider_than_the_screen(page)
    assert browse("/activity/KP2023-0004", address=READER).locator("section.todo").count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"item": "999999", "deed": "done"},
        {"item": "x", "deed": "done"},
        {"ref": "KP2023-9999", "deed": "withdrawn", "why": "x", "next": "https://harm.example.com/"},
        {"item": "1", "deed": "undone"},
        {"item": "1", "deed": "corrected", "label": "没有这一栏", "value": "1"},
        {"item": "1", "deed": "answered", "text": ""},
        {"item": "1", "deed": "answered", "text": "x" * 30_000, "seen": "0"},
    ],
)
def test_what_no_page_of_ours_sends_does_nothing(served: Served, sent: dict[str, str]) -> None:
    before = state(served.office)
    answer = served.client().post("/todo", sent, page="/todo")
    assert answer.status_code in (200, 303)
    assert urlsplit(answer.headers.get("location", "/todo")).netloc == "", "it leads nowhere else"
    assert served.client().post("/todo/several", sent, page="/todo").status_code == 200 or sent["deed"] == "done"
    assert state(served.office) == before or sent["deed"] == "done"


def test_every_item_stands_on_a_page_and_links_lead_to_it(served: Served) -> None:
    with served.desk.reading() as db:
        one, *others = reviews.items(db, "r.done_at IS NULL")
    many = [replace(one, id=10 * number) for number in range(1, 61)]
    shown = [page_with(many, "", str(number)) for number in (1, 2, 3)]
    assert [item for page in shown for item in page.rows] == many and shown[-1].last == 3
    for number in (10, 250, 260, 600):
        assert number in [item.id for item in page_with(many, str(number), "").rows]
    for odd in ("0", "-1", "99999999999", "x", "１"):
        assert page_with(many, odd, odd).rows and page_with([], odd, odd).rows == []
    text = served.client().get(f"/todo?n={others[-1].id}").text
    assert f'id="n{others[-1].id}"' in text
