"""One way, two doors: what is done at the desk is what the same command by mail does, is done once, is repeated by a rebuild, and can be undone."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest

from bot.base.replacing import replace
from bot.decision.office.reading import Act, Deed
from bot.intake.story import work_off
from bot.operation.acting import order, preview, stamp_of
from bot.operation.app import running
from bot.store.desk.acts import since
from tests.desk.acts import (
    LATER,
    PASSWORD,
    at_desk,
    by_mail,
    come_in,
    hands_of,
    item,
    last_letter,
    letters,
    more_mails,
    settings_of,
    standing_at,
    state,
)
from tests.desk.conftest import COORDINATOR, SECOND
from tests.flow.office import Office
from tests.flow.samples import mail, registration
from tests.flow.test_forgetting import places_of
from tests.flow.test_talks import OF_UNIT

REF = "KP2023-0001"
DONE = "SELECT at, by_addr, deeds FROM office_act ORDER BY at, mail"


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)


@pytest.fixture(scope="session")
def decisions(filled: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Never written to: tests take ``copy_of`` it."""
    office = copy_of(filled, tmp_path_factory.mktemp("decisions"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOT_TEST_PASSWORD", PASSWORD)
        come_in(office, *more_mails(), now="2023-08-25T14:00+08:00")
    return office


def copy_of(office: Office, folder: Path) -> Office:
    shutil.copytree(office.path, folder / "office")
    return replace(office, path=folder / "office")


@pytest.fixture
def here(decisions: Office, tmp_path: Path) -> Office:
    return copy_of(decisions, tmp_path / "here")


@pytest.mark.parametrize(
    ("reason", "words", "deed", "text"),
    [
        ("words", "{n} 答复：可以借用。\n请来电预约。", Deed.ANSWER, "可以借用。\n请来电预约。"),
        ("words", "{n} 办结", Deed.CLOSE, ""),
        ("held", "{n} 通过", Deed.APPROVE, ""),
        ("held", "{n} 退回 与单位核实没有更改", Deed.RETURN, "与单位核实没有更改"),
        ("withdrawal", "{n} 通过", Deed.APPROVE, ""),
        ("withdrawal", "{n} 退回 请用单位邮箱申请", Deed.RETURN, "请用单位邮箱申请"),
        ("", f"退回 {REF} 缺少公章", Deed.RETURN, "缺少公章"),
        ("", f"通过 {REF}", Deed.APPROVE, ""),
        ("", f"更正 {REF} 联系电话：0595-22000001", Deed.CORRECT, "联系电话：0595-22000001"),
        ("", f"更正 {REF} 联系电话：12", Deed.CORRECT, "联系电话：12"),
        ("", f"{REF} 单位：石狮市科学技术协会", Deed.UNIT, "石狮市科学技术协会"),
        ("", f"答复 {REF}：请补盖公章", Deed.ANSWER, "请补盖公章"),
        ("", f"撤回 {REF}", Deed.WITHDRAW, ""),
        ("", f"合并 KP2023-0003 到 {REF}", Deed.MERGE, ""),
        ("", f"合并 {REF} 到 KP2023-0002", Deed.MERGE, ""),
        ("nil", "零报告 泉州市气象局", Deed.NIL, "泉州市气象局"),
    ],
)
def test_at_the_desk_comes_what_comes_by_mail(
    here: Office, tmp_path: Path, reason: str, words: str, deed: Deed, text: str
) -> None:
    other = copy_of(here, tmp_path)
    after = last_letter(here)
    number = item(here, reason) if reason not in ("", "nil") else 0
    asked = Act(deed, (number,) if number else (), tuple(re.findall(r"KP\d+-\d+", words)), text=text)
    with hands_of(here) as hands:
        seen = preview(hands, COORDINATOR, [asked])
    assert last_letter(here) == after and state(here) == state(other), "a preview writes nothing"
    told = at_desk(here, asked)
    by_mail(other, words.format(n=number))
    for one, two in zip(state(here), state(other), strict=True):
        assert one == two, [row for row in (*one, *two) if row not in one or row not in two]
    # A coordinator's new value is in his mail, which is another one than the act.
    assert letters(here, after) == letters(other, after)
    assert [one.subject for one in seen.letters] == [row[1] for row in letters(here, after)]
    assert seen.told == told and bool(told.done) is (text != "联系电话：12" and words != f"合并 {REF} 到 KP2023-0002")


def test_nobody_agrees_to_a_withdrawal_that_names_none_of_several(here: Office) -> None:
    unit = "unit@jinjiang.example.com"
    form = {"申报表.docx": registration(name="海洋科普图片展", venue="晋江市图书馆", time="2023年9月20日")}
    come_in(here, mail(sender=unit, files=form, message_id="<w1@example.com>", headers=OF_UNIT))
    text = "请撤回我们之前的申报。"
    come_in(here, mail(sender=unit, subject="撤回", text=text, message_id="<w2@example.com>", headers=OF_UNIT))
    before = here.view("SELECT ref, status FROM submission ORDER BY id")
    waiting = here.view("SELECT id, detail FROM review WHERE reason = 'withdrawal' ORDER BY id DESC LIMIT 1")[0]
    assert REF in waiting["detail"]
    told = at_desk(here, Act(Deed.APPROVE, (waiting["id"],)))
    assert told.faults and not told.done
    assert here.view("SELECT ref, status FROM submission ORDER BY id") == before


def test_of_two_the_second_is_told_of_the_first(here: Office) -> None:
    number = item(here, "held")
    with hands_of(here) as hands:
        seen = stamp_of(hands.store.db, [number])
    first, second = Act(Deed.APPROVE, (number,), seen=seen), Act(Deed.RETURN, (number,), text="不采用", seen=seen)
    assert at_desk(here, first).done
    after, before = last_letter(here), state(here)
    told = at_desk(here, second, who=SECOND)
    assert told.done == () and "已经办结（通过，boss@example.gov.cn，8月25日 15:00）" in told.faults[0]
    assert state(here) == before and last_letter(here) == after
    # Of a form, too, and where an item did not close by it.
    with hands_of(here) as hands:
        form = stamp_of(hands.store.db, (), [REF])
    assert at_desk(here, Act(Deed.CORRECT, refs=(REF,), text="联系电话：0595-22000001", seen=form)).done
    told = at_desk(here, Act(Deed.RETURN, refs=(REF,), text="重报", seen=form), who=SECOND)
    assert told.done == () and "已有变动" in told.faults[0] and COORDINATOR in told.faults[0], told


def test_a_form_that_is_sent_twice_or_at_once_is_done_once(here: Office) -> None:
    number = item(here, "words")
    acts = [Act(Deed.ANSWER, (number,), text="可以")]
    after = last_letter(here)
    told: list[object] = []
    threads = [threading.Thread(target=lambda: told.append(at_desk(here, *acts, key="form-1"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 4 and len(set(map(str, told))) == 1, told
    assert len(letters(here, after)) == 1


def test_it_is_done_while_the_instance_runs(here: Office) -> None:
    """Nobody waits for the other; what both could work off is worked off once."""
    numbers = [item(here, reason) for reason in ("words", "held", "withdrawal")]
    after = last_letter(here)
    with running(settings_of(here), standing_at(LATER)) as app:
        over = threading.Event()

        def passes() -> None:
            while not over.is_set():
                list(work_off(app.parts, over))

        instance = threading.Thread(target=passes)
        instance.start()
        told = [at_desk(here, Act(Deed.ANSWER, (number,), text="已阅")) for number in numbers]
        told += [at_desk(here, Act(Deed.CLOSE, (number,))) for number in numbers]
        over.set()
        instance.join()
    assert [bool(one.done) for one in told] == [True, True, True, False, True, True], told
    assert len(letters(here, after)) == 3


@pytest.mark.parametrize("point", ["act_on_disk", "act_left", "recorded", "committed"])
def test_killed_in_between_it_is_done_wholly_or_not_at_all(here: Office, point: str) -> None:
    number = item(here, "held")
    before, after = state(here), last_letter(here)
    assert here.run("review", str(number), "accept", now=LATER, killed_at=point).returncode < 0
    assert (state(here) == before) is (point != "committed")
    come_in(here)  # the next pass over the mails
    assert (state(here) == before) is (point == "act_on_disk")
    if point == "act_on_disk":
        assert here.run("rebuild", now=LATER).returncode == 0
        assert state(here) == before, "whoever did it was told nothing, and may have done something else since"
        assert at_desk(here, Act(Deed.APPROVE, (number,))).done
    assert len(letters(here, after)) == 2
    once = state(here)
    assert here.run("rebuild", now=LATER).returncode == 0
    assert state(here) == once


UNDONE = [
    ("words", Deed.CLOSE, ""),
    ("held", Deed.APPROVE, ""),
    ("held", Deed.RETURN, "没有更改"),
    ("withdrawal", Deed.APPROVE, ""),
    ("", Deed.RETURN, "缺少公章"),
    ("", Deed.APPROVE, ""),
    ("", Deed.CORRECT, "联系电话：0595-22000001"),
    ("", Deed.UNIT, "石狮市科学技术协会"),
    ("", Deed.WITHDRAW, "重复报送"),
    ("merge", Deed.MERGE, ""),
    ("nil", Deed.NIL, "泉州市气象局"),
]


@pytest.mark.parametrize(("reason", "deed", "text"), UNDONE)
@pytest.mark.parametrize("is_sent", [False, True])
def test_what_was_done_today_is_undone(here: Office, reason: str, deed: Deed, text: str, is_sent: bool) -> None:
    number = item(here, reason) if reason not in ("", "nil", "merge") else 0
    refs = {"": (REF,), "merge": ("KP2023-0003", REF)}.get(reason, ())
    asked = Act(deed, (number,) if number else (), refs, text=text)
    before, after = rows(here), last_letter(here)
    assert at_desk(here, asked).done
    assert rows(here) != before
    told = letters(here, after)
    if is_sent:
        with hands_of(here) as hands:
            hands.store.db.execute("UPDATE outbox SET status = 'sent' WHERE id > ?", [after])
    with hands_of(here) as hands:
        (past,) = since(hands.store.db, "2023-08-25T14:30+08:00")
    done = at_desk(here, Act(Deed.UNDO, about=past.key), who=SECOND, now="2023-08-25T16:00+08:00")
    assert done.done and not done.faults, done
    assert rows(here) == before
    again = letters(here, after)
    assert len(again) == (2 * len({row[0] for row in told}) if is_sent else 0) or (is_sent and len(again) > len(told))
    assert all("以本邮件为准" in row[5] for row in again[len(told) :])
    assert {row[0] for row in again[len(told) :]} == ({row[0] for row in told} if is_sent else set())
    assert "撤销过" in at_desk(here, Act(Deed.UNDO, about=past.key)).faults[0]


def test_a_day_of_acts_is_rebuilt(here: Office) -> None:
    """Each in its own minute; one is taken back."""
    acts = [
        Act(Deed.ANSWER, (item(here, "words"),), text="可以"),
        Act(Deed.APPROVE, (item(here, "held"),)),
        Act(Deed.APPROVE, (item(here, "withdrawal"),)),
        Act(Deed.CORRECT, refs=(REF,), text="联系电话：0595-22000001"),
        Act(Deed.UNIT, refs=("KP2023-0004",), text="泉州市气象局"),
        Act(Deed.RETURN, refs=("KP2023-0006",), text="缺少公章"),
        Act(Deed.MERGE, refs=("KP2023-0007", REF)),
        Act(Deed.NIL, text="德化县科学技术协会"),
    ]
    for minute, one in enumerate(acts):
        assert at_desk(here, one, now=f"2023-08-25T15:{minute:02d}+08:00").done, one
    with hands_of(here) as hands:
        wrong = next(one for one in since(hands.store.db, "2023-08-25T14:30+08:00") if Deed.RETURN in one.deeds)
    assert at_desk(here, Act(Deed.UNDO, about=wrong.key), now="2023-08-25T16:00+08:00").done
    orders = (
        Act(Deed.REMIND, about="德化县科学技术协会", text="已提醒。"),
        Act(Deed.STOP, refs=(REF,), text="不再发送。"),
    )
    with hands_of(here, "2023-08-25T16:30+08:00") as hands:
        assert all(order(hands, SECOND, one, lambda db: True) for one in orders)
        assert not order(hands, SECOND, Act(Deed.SEND_AGAIN, text="已补发。"), lambda db: False)
    once, done = state(here), here.view(DONE)
    assert [(row["deeds"], row["by_addr"]) for row in done[-2:]] == [('["reminded"]', SECOND), ('["stopped"]', SECOND)]
    assert here.run("rebuild", now="2023-08-25T17:00+08:00").returncode == 0
    assert state(here) == once and here.view(DONE) == done


def rows(office: Office) -> list[object]:
    """What counts, a version that an undone correction added left out."""
    found = state(office)
    for row in found[5]:
        del row["last_received_at"]
    found[0] = [row for row in found[0] if row["is_current"] or row["status"] == "held"]
    return found


def test_what_cannot_be_undone_says_why(here: Office) -> None:
    number = item(here, "words")
    assert at_desk(here, Act(Deed.ANSWER, (number,), text="可以")).done
    assert at_desk(here, Act(Deed.RETURN, refs=(REF,), text="缺少公章")).done
    with hands_of(here) as hands:
        returned, answered = since(hands.store.db, "2023-08-25T14:30+08:00")
        hands.store.db.execute("UPDATE outbox SET status = 'sent' WHERE mail = ?", [answered.mail])
    before = state(here)
    assert "收不回来" in at_desk(here, Act(Deed.UNDO, about=answered.key)).faults[0]
    tomorrow = at_desk(here, Act(Deed.UNDO, about=returned.key), now="2023-08-26T09:00+08:00")
    assert "当天" in tomorrow.faults[0] and "没有找到" in at_desk(here, Act(Deed.UNDO, about="0" * 64)).faults[0]
    assert state(here) == before
    assert at_desk(here, Act(Deed.APPROVE, refs=(REF,))).done
    assert "此后又有变动" in at_desk(here, Act(Deed.UNDO, about=returned.key)).faults[0]


def test_a_merged_form_s_thread_is_the_other_s(here: Office) -> None:
    """The unit goes on writing in the thread of the form that is gone: it means the one that stands for it."""
    unit = here.view("SELECT from_addr FROM submission WHERE ref = ?", REF)[0]["from_addr"]
    assert at_desk(here, Act(Deed.MERGE, refs=("KP2023-0003", REF))).done
    later = mail(
        sender=unit,
        subject="Re: 【受理号 KP2023-0003】",
        text="联系电话：0595-88880000",
        message_id="<m@c.example.com>",
    )
    come_in(here, later, now="2023-08-25T16:00+08:00")
    (row,) = here.view("SELECT id FROM mail WHERE message_id = '<m@c.example.com>'")
    changed = here.view(
        "SELECT ref FROM submission WHERE mail = ? UNION SELECT ref FROM waiting WHERE mail = ?", row["id"], row["id"]
    )
    assert [one["ref"] for one in changed] == [REF]


def test_what_was_done_for_a_unit_is_forgotten_with_it(here: Office) -> None:
    person, mobile, words = "欧阳明远", "13955557777", "与欧阳明远约时间"
    number = item(here, "held")
    assert at_desk(here, Act(Deed.CORRECT, refs=(REF,), text=f"联系人：{person}\n移动电话：{mobile}")).done
    assert at_desk(here, Act(Deed.ANSWER, refs=(REF,), text=words)).done
    assert at_desk(here, Act(Deed.RETURN, (number,), text=f"请{person}重报")).done
    with hands_of(here) as hands:
        hands.store.db.execute("UPDATE outbox SET status = 'sent'")
    told = (person, mobile, words)
    assert places_of(here.path / "data", *told)
    assert here.run("purge", "--unit", "晋江市科学技术协会", "--yes", now=LATER).returncode == 0
    assert places_of(here.path / "data", *told) == set()
    assert here.run("rebuild", now=LATER).returncode == 0
    for old in (here.path / "data").glob("*.old.db*"):
        old.unlink()
    assert places_of(here.path / "data", *told) == set()
