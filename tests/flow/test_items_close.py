"""What waits for a person: whose it is, and what closes by itself because it came after all."""

from __future__ import annotations

import pytest

from tests.flow import samples
from tests.flow.office import Office

ROSTER = '[[unit]]\nname = "石狮市科协"\nemails = ["ss@example.com"]\n'
BROKEN = b"PK\x03\x04" + bytes(range(256)) * 20
BLANK = (samples.BLANK / "registration.docx").read_bytes()
SENDER = "ss@example.com"


def send(office: Office, number: int, text: str = "见附件", headers: dict[str, str] | None = None, sender: str = SENDER, **files: bytes) -> None:  # fmt: skip
    named = {name.replace("_", "."): data for name, data in files.items()}
    office.deliver(
        samples.mail(sender, f"报送{number}", text, named, message_id=f"<{number}@ss.example>", headers=headers)
    )
    office.once()


def open_items(office: Office) -> list[tuple[str, str | None]]:
    rows = office.view("SELECT reason, unit FROM v_reviews WHERE closed_at IS NULL ORDER BY id")
    return [(row["reason"], row["unit"]) for row in rows]


def form(**changes: str) -> bytes:
    return samples.registration(**{"unit": "石狮市科协", "host": "石狮市科协", **changes})


def test_whose_an_item_is(office: Office) -> None:
    office.configure(more=ROSTER)
    send(office, 1, 申报表_docx=BROKEN)
    send(office, 2, "请问可以报两项吗？")
    send(office, 3, "见附件。请问要自带帐篷吗？", 申报表_docx=form(unit="石狮市图书馆"), sender="tsg@example.org")
    send(office, 4, "请问可以改到10月吗？", office.thread("tsg@example.org"), sender="tsg@example.org")
    send(office, 5, "请问几号截止？", sender="nobody@example.net")
    found = open_items(office)
    assert found[:2] == [("unreadable", "石狮市科协"), ("words", "石狮市科协")]
    theirs = ("words", office.view("SELECT unit FROM v_submissions")[0]["unit"])
    assert found[-2:] == [theirs, ("words", None)]
    # What was asked is still to be read when the form is gone.
    send(office, 6, "请撤回", office.thread("tsg@example.org"), sender="tsg@example.org")
    assert office.view("SELECT status FROM v_submissions")[0]["status"] == "withdrawn"
    assert open_items(office).count(theirs) == 2


@pytest.mark.parametrize("way", ["same name", "thread", "blank"])
def test_what_came_after_all_needs_nobody(office: Office, way: str) -> None:
    office.configure(more=ROSTER)
    send(office, 1, 海洋课申报表_docx=BLANK if way == "blank" else BROKEN)
    item = [("blank" if way == "blank" else "unreadable", "石狮市科协")]
    assert open_items(office) == item
    thread = office.thread(SENDER)
    # Another's file, and another file of the same sender, are not that.
    send(office, 2, 海洋课申报表_docx=form(), sender="else@example.org")
    send(office, 3, 汇总表_xlsx=samples.summary([("海洋课", "9月18日", "科技馆")], "石狮市科协"))
    assert open_items(office)[:1] == item
    if way == "thread":
        send(office, 4, headers=thread, 重新盖章_docx=form(name="海洋课"))
    else:
        name = "海洋课申报表（更正版）" if way == "same name" else "科普日"
        send(office, 4, **{f"{name}_docx": form(name="海洋课")})
    assert item[0] not in open_items(office)
    (closed,) = office.view(
        "SELECT closed_by, act FROM v_reviews WHERE reason = ? AND from_addr = ?", item[0][0], SENDER
    )
    assert closed == {"closed_by": SENDER, "act": "done"}
