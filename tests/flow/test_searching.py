"""What a coordinator looks for is found as soon as its mail is worked off, and nothing is found that is no longer there."""

from __future__ import annotations

import sqlite3

from bot.store.lists import search
from tests.flow import samples
from tests.flow.office import Office

NOW = "2023-08-29T12:00+08:00"


def found(office: Office, shelf: str, words: str) -> set[str]:
    """Subjects of mails, or names of activities."""
    ids = search.found(shelf)
    sql = {
        "mail": f"SELECT subject AS name FROM mail WHERE id {ids}",
        "form": f"SELECT title AS name FROM submission WHERE id {ids}",
        "row": f"SELECT content ->> '$.activity_name' AS name FROM activity_row WHERE id {ids}",
    }[shelf]
    return {row["name"] for row in office.view(sql, search.matching(words))}


def filled(office: Office) -> None:
    table = samples.summary([("海丝科普展", "9月18日", "滨海公园"), ("天文夜", "9月20日", "山顶")])
    office.deliver(
        samples.mail(sender="庄晓东 <unit@jinjiang.example.com>", files={"海洋课申报.docx": samples.registration()}),
        samples.mail(subject="汇总", text="汇总表请查收。", files={"汇总.xlsx": table}),
        samples.mail(
            sender="q@nanan.example.com", subject="咨询一下", text="老师好，义诊算不算科普？电话0595-8600 1234"
        ),
    )
    office.once()


def test_what_came_in_is_found_by_its_words(office: Office) -> None:
    filled(office)
    (ref,) = {row["ref"] for row in office.view("SELECT ref FROM submission WHERE kind = 'registration'")}
    course = {"科技馆里的海洋课"}
    for words in ("海洋", "讲解", "庄晓东", "22000000", "zxd@example", ref, "大厅", "海洋课申报", "海洋 大厅"):
        assert found(office, "form", words) == course, words
    for words in ("义诊", "86001234", "nanan", "咨询"):
        assert found(office, "mail", words) == {"咨询一下"}, words
    for words in ("庄晓东", "申报.docx", ref, "晋江市科学技术协会 您好"):
        assert found(office, "mail", words) == {"晋江市申报表"}, words
    assert found(office, "row", "海丝") == {"海丝科普展"} and found(office, "row", "山顶") == {"天文夜"}
    assert not found(office, "mail", "讲解") and not found(office, "form", "天文")


def test_only_what_stands_is_found(office: Office) -> None:
    filled(office)
    table = samples.summary([("海丝科普展", "9月18日", "文化宫")])
    files = {"汇总.xlsx": table, "申报表.docx": samples.registration(venue="海上丝绸之路博物馆")}
    office.deliver(samples.mail(subject="更新", files=files))
    office.once()
    assert found(office, "form", "丝绸") and not found(office, "form", "大厅")
    assert found(office, "row", "文化宫") == {"海丝科普展"} and not found(office, "row", "滨海") | found(
        office, "row", "天文"
    )
    assert not office.view("SELECT * FROM search_due")


def test_a_rebuilt_store_finds_the_same(office: Office) -> None:
    filled(office)
    before = office.view("SELECT * FROM mail_text UNION ALL SELECT * FROM form_text UNION ALL SELECT * FROM row_text")
    assert office.run("rebuild", now=NOW).returncode == 0
    assert (
        office.view("SELECT * FROM mail_text UNION ALL SELECT * FROM form_text UNION ALL SELECT * FROM row_text")
        == before
    )
    assert found(office, "mail", "义诊") == {"咨询一下"} and found(office, "row", "海丝")


def test_nothing_purged_is_found_and_no_pair_of_it_is_left(office: Office) -> None:
    filled(office)
    assert office.run("purge", "--before", "2023-09-01", "--yes", now=NOW).returncode == 0
    for shelf in ("mail", "form", "row"):
        assert office.view(f"SELECT * FROM {shelf}_text") == []
        connection = sqlite3.connect(office.path / "data" / "intake.db")
        connection.execute(f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, {shelf}_words, 'row')")
        assert connection.execute("SELECT * FROM terms").fetchall() == []
        connection.close()


def test_an_older_store_is_filled(office: Office) -> None:
    """As the migration leaves it: what the tables say is indexed at the start, the letters are read again in the cycles."""
    filled(office)
    connection = sqlite3.connect(office.path / "data" / "intake.db")
    for shelf in ("mail", "form", "row"):
        connection.execute(f"INSERT INTO {shelf}_words ({shelf}_words) VALUES ('delete-all')")
    connection.executescript(
        """UPDATE mail_text SET head = NULL, body = NULL; DELETE FROM form_text; DELETE FROM row_text;
        INSERT INTO search_due SELECT 'mail', item FROM mail_text; INSERT INTO search_due SELECT 'form', id FROM submission;
        INSERT INTO search_due SELECT 'row', id FROM activity_row;"""
    )
    connection.close()
    assert not found(office, "mail", "义诊")
    office.once()
    assert found(office, "mail", "义诊") == {"咨询一下"} and found(office, "mail", "申报.docx") == {"晋江市申报表"}
    assert found(office, "form", "海洋") and found(office, "row", "海丝")
