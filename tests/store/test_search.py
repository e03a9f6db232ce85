"""What is found by its words, whatever came in between: other spellings, later versions, an older store, purging."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.store import migrate as migrate_module
from bot.store.database import Store
from bot.store.lists import search
from bot.store.lists.bigrams import query, tokens

FOUND = [
    ("科普日活动", "科普"),
    ("科普日活动", "普日"),
    ("科普日活动", "动"),
    ("联系人：张　三", "张三"),
    ("请在\n下周一前", "在下"),
    ("电话0595-2200 0000", "05952200 0000"),
    ("电话 ０５９５－２２０００００３", "22000003"),
    ("手机139 7777 8888", "13977778888"),
    ("受理号 KP2023-0007·7F3K", "kp2023-0007"),
    ("受理号 KP2023-0007·7F3K", "0007"),
    ("晋江市_申报表.docx", "申报表.DOCX"),
    ("unit@jinjiang.example.com", "jinjiang.example"),
    ("晋江市青阳街道举办科普展", "科普 青阳"),
    ("𠮷田小学", "𠮷田"),
]
NOT_FOUND = [
    ("活动，科普", "动科"),
    ("科普日活动", "普活"),
    ("科普日活动", "科普 讲座"),
    ("abc def", "cd"),
    ("科普日活动", "科学"),
    ("139 7777 8888", "13977778889"),
    ("科普", '" OR words : *'),
]


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (words, tokenize = 'ascii')")
    return connection


def is_found(index: sqlite3.Connection, text: str, words: str) -> bool:
    index.execute("DELETE FROM t")
    index.execute("INSERT INTO t VALUES (?)", [tokens([text])])
    return bool(index.execute("SELECT 1 FROM t WHERE t MATCH ?", [query(words)]).fetchone())


@pytest.mark.parametrize(("text", "words"), FOUND)
def test_what_stands_in_a_text_is_found(index: sqlite3.Connection, text: str, words: str) -> None:
    assert is_found(index, text, words)


@pytest.mark.parametrize(("text", "words"), NOT_FOUND)
def test_what_does_not_stand_in_a_text_is_not(index: sqlite3.Connection, text: str, words: str) -> None:
    assert not is_found(index, text, words)


def test_nothing_to_look_for_is_no_query() -> None:
    assert [query(words) for words in ("", "  ", "！？", "＿_")] == ["", "", "", ""]


def test_an_older_database_is_found_after_its_migration(tmp_path: Path) -> None:
    path = tmp_path / "intake.db"
    connection = sqlite3.connect(path)
    for script in sorted((Path(migrate_module.__file__).parent / "migrations").glob("*.sql")):
        if script.name < "0016":
            connection.executescript(script.read_text(encoding="utf-8"))
    connection.executescript(
        """PRAGMA user_version = 15;
        INSERT INTO mail (id, sha256, from_addr, subject, received_at, outcome, ref) VALUES
          (1, 'a', 'a@example.com', '报送材料', '2023-08-25', 'accepted', 'KP2023-0001'), (2, 'b', '', '还没处理', '2023-08-25', NULL, '');
        INSERT INTO saved_file VALUES (1, '1.eml!/海洋课.docx', 'x', 'f', '');
        INSERT INTO submission (id, ref, kind, unit, title, version, is_current, is_late, status, mail, received_at, source_path, content, content_hash)
          VALUES (7, 'KP2023-0001', 'registration', '晋江市科协', '海洋课', 1, 1, 0, 'accepted', 1, '2023-08-25', '', '{"fields": {"venue": "滨海公园"}}', '');
        INSERT INTO activity_row (id, submission, position, name_key, content) VALUES (3, 7, 1, 'x', '{"activity_name": "天文夜"}');"""
    )
    connection.close()
    with Store(tmp_path) as store:
        with store.transaction():
            pass

        def found(shelf: str, words: str) -> list[int]:
            sql = f"SELECT item FROM {shelf}_text WHERE item {search.found(shelf)}"
            return [row["item"] for row in store.db.query(sql, [search.matching(words)])]

        assert found("mail", "海洋") == found("mail", "晋江") == found("mail", "报送") == [1] and not found(
            "mail", "处理"
        )
        assert found("form", "滨海") == [7] and found("row", "天文") == [3]
        assert search.unread(store.db, 9) == [1]
