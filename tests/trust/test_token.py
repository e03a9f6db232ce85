"""The token: ids and codes that nobody can guess, read back however they come, and the same after a rebuild or a restore."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.decision.words.check_code import check_code, codes_in, shown_refs, without_codes
from tests.flow import samples
from tests.flow.office import Office

SECRET = bytes(range(32))
CODE = check_code(SECRET, "KP2023-0007")
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})

WRITTEN = [
    f"Re: 申报 【受理号 KP2023-0007·{CODE}】",
    f"回复：【受理号 KP2023-0007・{CODE}】",
    f"回复: 受理号KP2023-0007.{CODE}",
    f"回复: 受理号 KP2023-0007。{CODE}",
    f"答复 KP2023-0007?{CODE}",
    f"答复 KP2023-0007 {CODE}",
    f"答复 kp2023-0007·{CODE.lower()}",
    f"【受理号 KP2023-0007·{CODE}】".translate(WIDE),
    f"【受理号 KP2023－0007•{CODE[:2]} {CODE[2:]}】",
    f"> 主题：Re: 申报 【受理号\n> KP2023-0007·\n> {CODE}】",
    f"| 主题：Re: 申报 【受理号 KP2023-0007·{CODE[0]}\n| {CODE[1:]}】",
    f"KP2023-0007·{CODE} 与 KP2023-0008·2222",
]
FOREIGN = [
    "Re: 申报 【受理号 KP2023-0007】",
    f"【受理号 KP2023-0007·{CODE[:3]}】",
    f"【受理号 KP2023-0007·{CODE}X】",
    f"【受理号 KP2023-0007{CODE}】",
    f"【受理号 KP2023-00071·{CODE}】",
    f"【受理号 KP2022-0007·{CODE}】",
    f"【受理号 KP2023-0007·{check_code(SECRET, 'KP2023-0008')}】",
    f"【受理号 KP2023-0007·{check_code(SECRET, 'KP2022-0007')}】",
    f"【受理号 KP2023-0007·{check_code(bytes(32), 'KP2023-0007')}】",
    # Somebody who tries many: for one reference, or one each for many.
    " ".join(f"KP2023-0007·{code}" for code in ("2222", "3333", "4444", CODE)),
    " ".join([*(f"KP2023-{number:04d}·2222" for number in range(100, 120)), f"KP2023-0007·{CODE}"]),
]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_code_is_read(text: str) -> None:
    assert shown_refs(text, [SECRET]) == {"KP2023-0007"}
    assert shown_refs(text, [bytes(32), SECRET]) == {"KP2023-0007"}, "a secret of before a restore counts, too"


@pytest.mark.parametrize("text", FOREIGN)
def test_a_guess_is_none(text: str) -> None:
    assert "KP2023-0007" not in shown_refs(text, [SECRET])


def test_codes_differ_and_are_easily_read() -> None:
    codes = [check_code(SECRET, f"KP2023-{number:04d}") for number in range(2000)]
    assert len(set(codes)) > 1990
    assert not set("".join(codes)) & set("01IO")
    assert len(set("".join(codes))) == 32
    assert codes_in("没有受理号") == {}


def test_a_copied_code_is_no_part_of_a_request() -> None:
    assert without_codes(f"撤回 KP2023-0007·{CODE}、KP2023-0008 原因") == "撤回 KP2023-0007、KP2023-0008 原因"


def ids_and_codes(office: Office) -> list[tuple[str, str]]:
    return [
        (row["message_id"], row["subject"])
        for row in office.view("SELECT message_id, subject FROM v_outbox WHERE kind != 'digest' ORDER BY id")
    ]


def test_ids_and_codes_stay_through_rebuild_and_restore(office: Office) -> None:
    """Letters that went out can be answered afterwards as before; two stores never make the same ones."""
    office.deliver(*(samples.mail(sender=f"u{n}@example.com", files={"表.docx": samples.registration(name=f"第{n}项活动")}) for n in range(3)))  # fmt: skip
    office.once()
    copied = office.run("backup", "--out", str(office.path / "copies"))
    office.deliver(samples.mail(sender="u4@example.com", files={"表.docx": samples.registration(name="第四项")}), when="2023-08-26T10:00+08:00")  # fmt: skip
    office.once(now="2023-08-26T12:00+08:00")
    told = ids_and_codes(office)
    assert len(told) == 4
    for message_id, subject in told:
        assert re.fullmatch(r"<[0-9a-f]{16,}@example\.com>", message_id) and re.search(r"·\w{4}】", subject)
    for _ in range(2):
        assert office.run("rebuild", now="2023-08-26T13:00+08:00").returncode == 0
        assert ids_and_codes(office) == told
    copy = Path(copied.stdout.removeprefix("已备份到 ").strip())
    done = office.run("restore", str(copy), "--force", now="2023-08-26T14:00+08:00")
    assert done.returncode == 0, done.stderr
    office.once(now="2023-08-26T15:00+08:00")
    assert ids_and_codes(office) == told
    assert office.run("rebuild", now="2023-08-26T16:00+08:00").returncode == 0
    assert ids_and_codes(office) == told
    assert not re.search(r"@", (office.path / "data" / "journal.jsonl").read_text().replace("@example.com>", ""))
