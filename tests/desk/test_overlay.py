"""What a coordinator adds to the roster counts like what the admin's file says: at once, in every place, until it is taken away again."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.base.replacing import replace
from bot.decision.office.reading import Act, Deed
from bot.forms.units.roster import Added, Roster, RosterUnit
from bot.operation.app import running
from bot.store.desk.acts import since
from bot.store.desk.overlay import as_of_now
from tests.desk.acts import LATER, PASSWORD, at_desk, come_in, hands_of, settings_of, standing_at
from tests.desk.conftest import COORDINATOR, READER, SECOND, SECTIONS, Open, Served
from tests.desk.waiting import started, until
from tests.flow.office import Office
from tests.flow.samples import mail, registration
from tests.flow.test_forgetting import places_of
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import ScriptedSmtp

UNIT, OTHER, ALIAS, ADDRESS = "晋江市科学技术协会", "石狮市科学技术协会", "五店市科普服务站", "wds2023@qq.com"
ROWS = "SELECT unit, kind, value, at, by_addr FROM roster_overlay ORDER BY value"
FORMS = "SELECT ref, version, unit, status FROM submission WHERE is_current ORDER BY ref"


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)


@pytest.fixture
def here(filled: Office, tmp_path: Path) -> Office:
    shutil.copytree(filled.path, tmp_path / "office")
    return replace(filled, path=tmp_path / "office")


def listed(value: str, unit: str = UNIT) -> Act:
    return Act(Deed.LIST, about=unit, text=value)


def unlisted(value: str, unit: str = UNIT) -> Act:
    return Act(Deed.UNLIST, about=unit, text=value)


def test_additions_count_and_the_file_comes_first() -> None:
    one, two = RosterUnit("甲县气象局", emails=("jia@qq.com",)), RosterUnit("乙县水利局", aliases=("乙水",))
    base = Roster((one, two))
    more = base.with_added((Added(one.name, "alias", "观测小站"), Added(one.name, "address", "new@qq.com")))
    found = more.match("观测小站")
    assert found is not None and found.certain and found.unit.name == one.name
    assert [match.unit.emails for match in more.by_sender("new@qq.com")] == [("jia@qq.com", "new@qq.com")]
    assert base.match("观测小站") is None and base.by_sender("new@qq.com") == []
    assert more.with_added(()) is base and more.with_added(more.added) is more, "made once"
    # Given to another by the file afterwards, or of a unit that is no longer there.
    later = base.with_added((Added(one.name, "alias", "乙水"), Added("丙县文旅局", "address", "c@qq.com")))
    assert [match.unit.name for match in later.by_name("乙水")] == [two.name] and later.by_sender("c@qq.com") == []


def test_a_mail_from_an_added_address_is_taken_at_once_while_run_runs(tmp_path: Path, dovecot: Dovecot) -> None:
    smtp = ScriptedSmtp()
    smtp.start()
    try:
        office = Office(tmp_path, dovecot, dovecot.add_user("overlay@example.com"), smtp)
        office.configure(more=SECTIONS.partition("[desk]")[0])

        def deliver(sender: str, venue: str) -> None:
            form = registration(venue=venue)
            office.deliver(mail(sender=sender, files={"申报表.docx": form}, message_id=f"<{sender}>"))

        def arrives(sender: str, venue: str) -> str:
            deliver(sender, venue)
            sql = "SELECT s.status FROM submission s JOIN mail m ON m.id = s.mail WHERE m.from_addr = ?"
            assert until(lambda: bool(office.view(sql, sender)))
            return str(office.view(sql, sender)[0]["status"])

        deliver("unit@jinjiang.example.com", "一楼")
        office.once(expect=None)
        with started(office, "run"):
            assert arrives("elsewhere@qq.com", "二楼") == "held"
            assert at_desk(office, listed(ADDRESS)).done
            assert arrives(ADDRESS, "三楼") == "accepted"
        (row,) = office.view("SELECT unit, from_addr FROM submission WHERE is_current")
        assert row["from_addr"] == ADDRESS and row["unit"] == UNIT
    finally:
        smtp.stop()


def test_an_alias_names_the_unit_until_it_is_taken_away(here: Office) -> None:
    def sent(number: int, now: str) -> str:
        form = registration(unit=ALIAS, name=f"科普集市第{number}场", host=ALIAS, venue=f"{number}号")
        come_in(
            here, mail(sender=f"a{number}@x.example.org", files={"表.docx": form}, message_id=f"<n{number}@x>"), now=now
        )
        (row,) = here.view("SELECT unit FROM submission WHERE mail = (SELECT max(id) FROM mail)")
        return str(row["unit"])

    assert sent(1, "2023-08-25T13:00+08:00") == ALIAS
    assert at_desk(here, listed(f" {ALIAS} "), now="2023-08-25T13:10+08:00").done
    assert sent(2, "2023-08-25T13:20+08:00") == UNIT
    assert at_desk(here, unlisted(ALIAS), now="2023-08-25T13:30+08:00").done
    assert sent(3, "2023-08-25T13:40+08:00") == ALIAS
    assert at_desk(here, listed(ADDRESS), who=SECOND, now="2023-08-25T13:50+08:00").done
    once = here.view(ROWS), here.view(FORMS)
    assert [(row["kind"], row["by_addr"]) for row in once[0]] == [("address", SECOND)]
    assert here.run("rebuild", now="2023-08-25T17:00+08:00").returncode == 0
    assert (here.view(ROWS), here.view(FORMS)) == once


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (listed("石狮市科协"), OTHER),
        (listed("kexie@SHISHI.example.com"), OTHER),
        (listed(COORDINATOR), "本办公室自己的邮箱"),
        (listed("kepu@example.com"), "本办公室自己的邮箱"),
        (listed("不是@邮箱"), "不是一个邮箱地址"),
        (listed("本单位"), "不是一个单位的名称"),
        (listed("甲馆、乙馆"), "不是一个单位的名称"),
        (listed("晋江市科协"), "本来就认作"),
        (listed("unit@jinjiang.example.com"), "本来就认作"),
        (listed("某站", "无此单位"), "名册中没有"),
        (unlisted("unit@jinjiang.example.com"), "由管理员修改"),
    ],
)
def test_what_is_refused_says_why(here: Office, act: Act, reason: str) -> None:
    told = at_desk(here, act)
    assert not told.done and reason in told.faults[0], told
    assert here.view(ROWS) == []


def test_it_is_undone_and_what_was_added_to_two_is_refused(here: Office) -> None:
    def last() -> str:
        with hands_of(here) as hands:
            return since(hands.store.db, "2023-08-25T00:00+08:00")[0].key

    assert at_desk(here, listed(ALIAS), now="2023-08-25T15:00+08:00").done
    before = here.view(ROWS)
    assert UNIT in at_desk(here, listed(ALIAS, OTHER)).faults[0]
    assert at_desk(here, listed(ADDRESS), now="2023-08-25T15:01+08:00").done
    assert at_desk(here, Act(Deed.UNDO, about=last()), now="2023-08-25T15:02+08:00").done
    assert here.view(ROWS) == before, "of two acts about one unit the other stands"
    assert at_desk(here, unlisted(ALIAS), now="2023-08-25T15:03+08:00").done
    removal = last()
    assert at_desk(here, Act(Deed.UNDO, about=removal), now="2023-08-25T15:04+08:00").done
    assert here.view(ROWS) == before
    assert at_desk(here, unlisted(ALIAS), now="2023-08-25T15:05+08:00").done
    removal = last()
    assert at_desk(here, listed(ALIAS, OTHER), now="2023-08-25T15:06+08:00").done
    assert "此后又有变动" in at_desk(here, Act(Deed.UNDO, about=removal), now="2023-08-25T15:07+08:00").faults[0]


def test_the_unit_s_purge_forgets_it_and_time_alone_does_not(here: Office) -> None:
    assert at_desk(here, listed(ADDRESS)).done
    assert at_desk(here, listed(ALIAS, OTHER)).done
    assert here.run("purge", "--before", "2024-01-01", "--yes", now="2024-02-01T10:00+08:00").returncode == 0
    assert len(here.view(ROWS)) == 2, "it goes on counting"
    assert here.run("purge", "--unit", UNIT, "--yes", now="2024-02-01T10:00+08:00").returncode == 0
    assert [row["value"] for row in here.view(ROWS)] == [ALIAS]
    assert places_of(here.path / "data", ADDRESS) == set()
    assert here.run("rebuild", now="2024-02-01T11:00+08:00").returncode == 0
    assert [row["value"] for row in here.view(ROWS)] == [ALIAS]


def test_the_index_is_made_once_for_many_mails(here: Office) -> None:
    assert at_desk(here, listed(ADDRESS)).done
    with running(settings_of(here), standing_at(LATER)) as app:
        one = as_of_now(app.store.db, app.roster)
        assert one.added and as_of_now(app.store.db, app.roster) is one and as_of_now(app.store.db, one) is one
        found: list[Roster] = []
        thread = threading.Thread(target=lambda: found.append(as_of_now_here(here)))
        assert at_desk(here, unlisted(ADDRESS), now="2023-08-25T16:00+08:00").done
        thread.start()
        thread.join()
        assert as_of_now(app.store.db, app.roster) is app.roster and found[0].added == ()


def as_of_now_here(office: Office) -> Roster:
    with hands_of(office) as hands:
        return as_of_now(hands.store.db, hands.rules.roster)


def test_a_unit_s_names_on_its_page(served: Served, browse: Open) -> None:
    page = browse("/units?q=" + quote(UNIT))
    page.get_by_role("link", name="别名和邮箱").click()
    assert "unit@jinjiang.example.com" in page.inner_text("main")
    for value in (ALIAS, ADDRESS):
        page.get_by_label("别名或邮箱").fill(value)
        page.get_by_role("button", name="添加", exact=True).click()
        assert f"已添加{'邮箱' if '@' in value else '别名'}“{value}”" in page.inner_text(".told")
    assert COORDINATOR in page.inner_text("table")
    page.get_by_label("别名或邮箱").fill("石狮市科协")
    page.get_by_role("button", name="添加", exact=True).click()
    assert OTHER in page.inner_text(".told") and page.get_by_label("别名或邮箱").input_value() == "石狮市科协"
    page.get_by_role("button", name=f"去掉 {ALIAS}").click()
    assert ALIAS not in page.inner_text("table") and ADDRESS in page.inner_text("table")
    assert ADDRESS in browse("/units?q=" + quote(UNIT)).inner_text("main")
    path = f"/units/names?unit={quote(UNIT)}"
    reader = served.client(READER)
    assert ADDRESS in reader.get(path).text and "添加</button>" not in reader.get(path).text
    assert reader.post("/units/names", {"unit": UNIT, "value": "x@qq.com", "do": "add"}, page="/").status_code == 403
    assert reader.get("/units/names?unit=" + quote("无此单位")).status_code == 404
