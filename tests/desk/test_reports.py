"""单位, 汇总与上报 and 评优参考: what the digest would say now, what goes out when told to, facts without a verdict."""

from __future__ import annotations

import io
import re
import time
import zipfile
from urllib.parse import quote

import openpyxl

from tests.desk.conftest import COORDINATOR, READER, SECOND, Client, Open, Serve, Served
from tests.flow.samples import mail, registration

AFTER = "2023-10-02T12:00+08:00"


def states(client: Client, address: str = "/units") -> dict[str, str]:
    """Unit -> where it stands, of the table."""
    shown = client.get(address).text
    rows = re.findall(
        r'data-label="单位"><a [^>]*>([^<]*)</a>.*?data-label="状态"><span[^>]*>([^<]*)<', shown, re.DOTALL
    )
    return dict(rows)


def test_units_stand_with_what_came_of_each(shown: Served) -> None:
    client = shown.visitor()
    told = states(client)
    assert told["晋江市科学技术协会"] == "已报" and told["石狮市科学技术协会"] == "待补正"
    assert told["永春县科学技术协会"] == "零报告" and told["泉州市气象局"] == "未报"
    assert "清源山下实验学校" in told  # beside the roster
    assert set(states(client, "/units?state=nil")) == {"永春县科学技术协会"}
    assert set(states(client, f"/units?group={quote('市直单位')}")) == {"泉州市气象局"}
    assert set(states(client, f"/units?q={quote('yc@yongchun')}")) == {"永春县科学技术协会"}
    text = client.get("/units?state=nil").text
    assert re.search(r'<a href="/mails/\d+">零报告</a>', text), "the letter that said so is the last one"


def test_the_digest_is_seen_before_it_is_sent(browse: Open) -> None:
    page = browse("/reports")
    frame = page.frame_locator("iframe.letter").locator("body")
    assert "泉州市气象局" in frame.inner_text() and "还没有发过汇总" in page.inner_text("main")
    page.click("text=现在就发汇总")
    assert "已排队" in page.inner_text("main .told")
    assert (
        page.locator(f"li:has-text('{SECOND}')").count() == 1
        and page.locator(f"li:has-text('{COORDINATOR}')").count() == 1
    )


def test_workbook_and_package_of_now(served: Served) -> None:
    client = served.client()
    book = openpyxl.load_workbook(io.BytesIO(client.get("/reports/workbook.xlsx").content))
    assert "科技馆里的海洋课" in str([[cell.value for cell in row] for row in book["登记明细"].iter_rows()])
    assert not [name for name in book.sheetnames if "评优" in name]
    answer = client.get("/reports/package.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert any("海洋课" in name for name in package.namelist())
    until = time.monotonic() + 60
    while "下载过的材料" not in (shown := client.get("/reports").text) and time.monotonic() < until:
        time.sleep(0.2)  # the log of looks is written a moment later
    history = shown.partition("下载过的材料")[2]
    assert "上报材料" in history and COORDINATOR in history
    for path in ("/reports/workbook.xlsx", "/reports/digest", "/reports?x="):
        assert client.get(f"{path}{'&' if '?' in path else '?'}deadline={quote('没有的')}").status_code in {200, 404}


def test_who_only_looks_sends_nothing(shown: Served) -> None:
    reader = shown.visitor(READER)
    assert "现在就发汇总" not in reader.get("/reports").text
    assert reader.post("/reports/send", {"deadline": ""}).status_code == 403
    assert shown.office.view("SELECT 1 FROM v_outbox WHERE kind = 'digest'") == []


def test_facts_that_speak_for_units(serve: Serve, served: Served) -> None:
    """After the deadline, sortable, in the workbook too; who had to correct a form has that beside it, nobody has a rank."""
    office = served.office
    right = registration(
        unit="石狮市科学技术协会", name="渔港科普集市", host="石狮市科学技术协会", person="蔡明远", public="900"
    )
    office.deliver(
        mail(
            sender="kexie@shishi.example.com",
            subject="补正",
            files={"申报表.docx": right},
            message_id="<right@example.com>",
        )
    )
    office.once(expect=None)
    assert "评优参考" not in served.client().get("/reports").text
    client = serve(office, AFTER).client()
    assert 'href="/reports/merits"' in client.get("/reports").text

    def column(label: str, address: str) -> list[int]:
        return [
            int(one) for one in re.findall(rf'data-label="{label}" class="number">(\d+)<', client.get(address).text)
        ]

    people = column("预计公众参与人数", "/reports/merits?sort=people&down=1")
    assert people == sorted(people, reverse=True) and 900 in people
    shown = client.get("/reports/merits").text
    row = next(one for one in shown.split("<tr>") if "石狮市科学技术协会" in one)
    assert [
        re.findall(rf'data-label="{label}" class="number">(\d+)<', row) for label in ("补正次数", "仍待补正", "按时")
    ] == [["1"], ["0"], ["1"]]
    assert "渔港科普集市" in client.get("/reports/merits?of=activities").text
    answer = client.get(f"/reports/workbook.xlsx?deadline={quote('工作总结')}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in one] for one in book["评优参考（单位）"].iter_rows()]
    heads = next(one for one in rows if one[0] == "单位")
    told = next(dict(zip(heads, one, strict=True)) for one in rows if one[0] == "石狮市科学技术协会")
    assert (told["活动"], told["预计公众参与人数"], told["补正次数"], told["活动总结"]) == (1, 900, 1, 0)
    assert "评优参考（活动）" in book.sheetnames
