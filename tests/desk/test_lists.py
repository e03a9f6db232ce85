"""The pages with lists: what is looked for is found, filters narrow, hostile words stay words, everything without scripts and on a phone."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import openpyxl
import pytest

from bot.store.lists.ordering import in_order
from tests.desk.conftest import Client, Open, Served


def names(client: Client, address: str) -> set[str]:
    """References and names in the table."""
    shown = client.get(address)
    assert shown.status_code == 200, shown.text
    return set(re.findall(r'data-label="活动名称">([^<]*)<', shown.text))


@pytest.fixture
def client(shown: Served) -> Client:
    return shown.visitor()


def test_activities_are_found_by_their_words(client: Client) -> None:
    everything = names(client, "/activities")
    assert {"科技馆里的海洋课", "渔港科普集市", "流动科技馆进乡村", "校园天文夜"} <= everything
    for words in ("海洋", "庄晓东", "22000000", "zxd@example", "海洋 展览"):
        assert "科技馆里的海洋课" in names(client, f"/activities?q={quote(words)}"), words
    assert names(client, f"/activities?q={quote('乡村')}") == {"流动科技馆进乡村"}
    assert names(client, f"/activities?q={quote('蔡明')}") == {"渔港科普集市"}
    for nothing in ("没有这样的话", "？！", "%", "*"):
        assert names(client, f"/activities?q={quote(nothing)}") == set(), nothing
        for page in ("mails", "outbox", "units"):
            assert "<tbody>" not in client.get(f"/{page}?q={quote(nothing)}").text, (page, nothing)


def test_filters_of_activities_narrow(client: Client) -> None:
    everything = names(client, "/activities")
    for address, one in (
        (f"/activities?unit={quote('石狮市科学技术协会')}", {"渔港科普集市"}),
        (f"/activities?county={quote('石狮市')}", {"渔港科普集市"}),
        ("/activities?state=unregistered", {"流动科技馆进乡村"}),
        (f"/activities?q={quote('海洋课')}&week=2023-09-11", {"科技馆里的海洋课"}),
        (f"/activities?q={quote('海洋课')}&week=2023-09-04", set()),
        (f"/activities?q={quote('海洋课')}&audiences={quote('青少年')}&late=0", {"科技馆里的海洋课"}),
        (f"/activities?audiences={quote('农民')}&q={quote('海洋课')}", set()),
        ("/activities?state=withdrawn", set()),
    ):
        assert names(client, address) == one, address
    assert names(client, "/activities?state=needs_correction") < everything
    for odd in (
        "page=99999999",
        "page=-1",
        "page=x",
        "sort=nothing;--",
        "week=2023-13-45",
        "state=%00",
        "col=%27&unit=%27",
    ):
        assert client.get(f"/activities?{odd}").status_code == 200, odd
    up, down = (
        list(re.findall(r"KP2023-\d+(?=</a>)", client.get(f"/activities?sort=ref{end}").text))
        for end in ("", "&down=1")
    )
    assert up == sorted(up) and down == sorted(up, reverse=True) and len(up) > 4


def test_lists_go_as_the_roster_and_as_dictionaries_do(client: Client) -> None:
    shown = client.get("/activities").text
    units = list(dict.fromkeys(re.findall(r'data-label="单位">([^<]*)<', shown)))
    listed = ["晋江市科学技术协会", "石狮市科学技术协会", "德化县科学技术协会"]
    assert [one for one in units if one in listed] == listed and units[-1] == "清源山下实验学校", units
    assert re.findall(r"<option[^>]*>(晋江市|石狮市|德化县)<", shown) == ["晋江市", "石狮市", "德化县"]
    odd = ["泉州市第十一中学", "泉州市第2中学", "泉州市第十中学", "石狮市", "德化县", "安溪县", "泉州市第三中学"]
    right = ["安溪县", "德化县", "泉州市第2中学", "泉州市第三中学", "泉州市第十中学", "泉州市第十一中学", "石狮市"]
    assert in_order(odd, ()) == right and in_order(odd, ["石狮市"]) == ["石狮市", *right[:-1]]


def test_what_is_filtered_is_downloaded(client: Client) -> None:
    answer = client.get(f"/activities.xlsx?q={quote('海洋课')}&sort=ref")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in row] for row in book["活动"].iter_rows()]
    assert rows[0][:5] == ["受理号", "单位", "地区", "状态", "是否逾期"] and "活动地点" in rows[0]
    told = dict(zip(rows[0], rows[1], strict=True))
    assert (told["活动名称"], told["地区"], told["预计公众参与活动人数"]) == ("科技馆里的海洋课", "晋江市", 500)
    assert all("海洋" in str(row) for row in rows[1:])
    harm = openpyxl.load_workbook(io.BytesIO(client.get(f"/activities.xlsx?q={quote('陶瓷')}").content))
    assert all(cell.data_type != "f" for row in harm["活动"].iter_rows() for cell in row)


def test_every_mail_is_found_and_shown_with_what_became_of_it(client: Client, shown: Served) -> None:
    for words, subject in (
        ("展板", "咨询"),
        ("zhang@nanan", "咨询"),
        ("零报告", "零报告"),
        ("passwd", "情况说明"),
        ("石狮市科协申报表", "石狮市申报表"),
    ):
        page = client.get(f"/mails?q={quote(words)}").text
        assert subject in re.findall(r'href="/mails/\d+">([^<]*)<', page), words
    (mail,) = shown.office.view("SELECT id FROM v_messages WHERE subject = '咨询'")
    page = client.get(f"/mails/{mail['id']}").text
    assert "经费比较紧张" in page and "待办" in client.get(f"/mails?q={quote('展板')}").text
    raw = client.get(f"/mails/{mail['id']}/original")
    assert "attachment" in raw.headers["content-disposition"] and b"zhang@nanan.example.com" in raw.content
    for path in (
        "/mails/0",
        "/mails/999999",
        "/mails/x",
        "/mails/1/files/0",
        "/mails/1/files/-1",
        "/mails/1/files/99",
        "/outbox/999999",
        "/outbox/1/files/77",
    ):
        assert client.get(path).status_code == 404, path


def found(client: Client, words: str) -> dict[str, list[str]]:
    """Heading -> the links below it, of what is found everywhere."""
    page = client.get(f"/search?q={quote(words)}").text.partition("<main")[2]
    parts = re.split(r"<h2>([^（<]*)", page)[1:]
    return {
        head: re.findall(r'<li><a href="([^"]*)"', text) for head, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_everything_is_looked_through_at_once(client: Client, shown: Served) -> None:
    office = shown.office
    ref = office.view("SELECT ref FROM v_submissions WHERE title = '科技馆里的海洋课'")[0]["ref"]
    mail = office.view("SELECT id FROM v_messages WHERE subject = '石狮市申报表'")[0]["id"]
    harbour = office.view("SELECT ref FROM v_submissions WHERE title = '渔港科普集市'")[0]["ref"]
    assert f"/activity/{ref}" in found(client, "庄晓")["登记"] and f"/activity/{ref}" in found(client, ref)["登记"]
    assert found(client, "13900000000")["登记"][-1] == f"/activity/{ref}"
    assert found(client, "石狮市科协申报表.docx")["来信和附件名"] == [f"/mails/{mail}"], "a file's name"
    table = office.view("SELECT ref FROM v_submissions WHERE kind = 'summary'")[0]["ref"]
    assert found(client, "磁灶 小学") == {"汇总表中的活动": [f"/activity/{table}"]}
    assert found(client, "渔港") == {"登记": [f"/activity/{harbour}"]}
    assert (
        list(found(client, "市气象局")) == ["单位"] and found(client, "泉州没有这样的词") == found(client, "？") == {}
    )
    text = client.get(f"/search?q={quote('经费 展板')}").text
    assert "<mark>经费</mark>比较紧张" in text and 'value="经费 展板"' in text


def test_files_are_saved_under_their_own_name_and_never_shown(client: Client, shown: Served) -> None:
    (mail,) = shown.office.view("SELECT mail AS id FROM saved_file WHERE path LIKE '%石狮市科协申报表.docx'")
    answer = client.get(f"/mails/{mail['id']}/files/1")
    assert answer.content[:2] == b"PK" and quote("石狮市科协申报表.docx") in answer.headers["content-disposition"]
    (harm,) = shown.office.view("SELECT id FROM mail WHERE from_addr = 'other@huian.example.com'")
    for number, _ in enumerate(shown.office.view("SELECT path FROM saved_file WHERE mail = ?", harm["id"]), 1):
        answer = client.get(f"/mails/{harm['id']}/files/{number}")
        assert (
            "attachment" in answer.headers["content-disposition"]
            and "sandbox" in answer.headers["content-security-policy"]
        )
        assert (
            "html" not in answer.headers["content-type"]
            and "/" not in answer.headers["content-disposition"].split("''")[1]
        )


def test_an_answer_is_seen_as_it_was_sent(look: Open, shown: Served) -> None:
    (sent,) = shown.office.view("SELECT id FROM v_outbox WHERE to_addr = 'unit@jinjiang.example.com'")
    page = look(f"/outbox/{sent['id']}")
    assert "已发出" in page.inner_text("main")
    frame = page.frame_locator("iframe.letter")
    assert "科技馆里的海洋课" in frame.locator("body").inner_text()
    assert frame.locator(".card").first.evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"


def test_a_list_is_worked_with_without_scripts(look: Open) -> None:
    page = look("/activities", width=375, scripts=False)
    page.fill("#f-q", "海洋")
    page.click("text=查找 >> visible=true")
    assert page.locator("tbody tr").count() >= 1 and "科技馆里的海洋课" in page.inner_text("tbody")
    page.goto("/mails")
    page.fill("#f-q", "展板")
    page.press("#f-q", "Enter")
    page.click("tbody a:has-text('咨询')")
    assert "经费比较紧张" in page.inner_text("main")
