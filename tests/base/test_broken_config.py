"""A configuration as an office breaks it: each slip is named by section, key, line and column, and by what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.base.errors import ConfigError
from bot.base.settings import load_every, load_settings
from bot.forms.definitions import load_definitions

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
ADDRESS, EMAILS = 'address = "kepu@example.com"', 'emails = ["coordinator@example.gov.cn"]'
STORE, SINCE, DUE, SEEN = 'path = "data"', "since = 2023-08-01", "due = 2023-08-30T23:59:59", "mark_seen = false"

SLIPS = [
    (ADDRESS, "address = “kepu@example.com”", "[mailbox] address: 引号是全角的", "半角"),
    (ADDRESS, 'address = "kepu@example.com”', "[mailbox] address: 少了结尾的引号", '"…"'),
    (ADDRESS, "address = ‘kepu@example.com’", "[mailbox] address: 引号是全角的", "半角"),
    (ADDRESS, 'address ＝ "kepu@example.com"', "[mailbox] address: 等号是全角的", "="),
    (ADDRESS, 'address： "kepu@example.com"', "[mailbox]: 键和值之间不是等号", "键 = 值"),
    (ADDRESS, "address = kepu@example.com", "[mailbox] address: 文字没有加引号", '"…"'),
    (ADDRESS, "address = ", "[mailbox] address: 等号后面没有值", '""'),
    (ADDRESS, 'address "kepu@example.com"', "[mailbox]: 键的后面没有等号", "键 = 值"),
    (STORE, 'path = "D:\\kepu\\data"', "[store] path: 引号里的 \\ 写法不对", "改写成 /"),
    (STORE, 'path = "D:\\new\\temp"', "[store] path: 路径里的 \\ 被当成了", "改写成 /"),
    ("port = 993", "port = 0993", "[mailbox] port: 数的前面多了 0", "去掉"),
    ("port = 993", "port = 993，", "[mailbox] port: 逗号是全角的", "行末不写"),
    ("port = 993", "port = 993 // 端口", "[mailbox] port: 说明文字要以 # 开头", "#"),
    ("port = 993", "prot = 993", "[mailbox] prot: 没有这一项", "port"),
    ("port = 993", "port = 99300", "[mailbox] port: 太大", "65535"),
    (SINCE, "since = 2023-8-1", "[mailbox] since: 日期的写法不对", "2023-08-30"),
    (SINCE, "since = 2023年8月1日", "[mailbox] since: 日期的写法不对", "2023-08-30"),
    (SINCE, 'since = "2023-08-01"', "[mailbox] since: 不是日期", "不加引号"),
    (DUE, "due = 2023-08-30 23:59", "[deadline] due: 日期的写法不对", "写到秒"),
    (EMAILS, 'emails = ["a@example.gov.cn"，"b@example.gov.cn"]', "[coordinators] emails: 逗号是全角的", "半角逗号"),
    (EMAILS, 'emails = ["a@example.gov.cn" "b@example.gov.cn"]', "[coordinators] emails: 两项之间少了逗号", "逗号"),
    (EMAILS, 'emails = ["a@example.gov.cn"', "[coordinators] emails: 列表没有写完", "]"),
    (EMAILS, 'emails = 【"a@example.gov.cn"】', "[coordinators] emails: 方括号是全角的", "[ ]"),
    (EMAILS, 'emails = "a@example.gov.cn"', "[coordinators] emails: 要写成列表", "["),
    ("[smtp]", "[smtp", "节名没有写完", "[mailbox]"),
    ("[smtp]", "[mailbox]", "[mailbox]: 这一节写了两遍", "合成一节"),
    ("[schedule]", "[schedul]", "[schedul]: 没有这一节", "schedule"),
    ('poll_every = "2m"', '间隔 = "2m"', "[schedule] 间隔: 键不是半角英文", "英文"),
    ('poll_every = "2m"', 'ｐoll_every = "2m"', "[schedule] ｐoll_every: 键不是半角英文", "英文"),
    ('poll_every = "2m"', "poll_every = 2m", "[schedule] poll_every: 文字没有加引号", '"…"'),
    ('poll_every = "2m"', 'poll_every = "2m"\npoll_every = "3m"', "[schedule] poll_every: 这一项写了两遍", "一个"),
    ("[log]", '[reading]\nworkers = "4"\n[log]', "[reading] workers: 不是读取进程的写法", "不加引号"),
    ("[log]", '[reading]\nworkers = 0\n[log]', "[reading] workers: 不是读取进程的写法", "1 到 64"),
    ("[log]", '[reading]\nworkers = "192.168.1.5:8786"\n[log]', "[reading] workers: 不是读取进程的写法", "tcp://"),
    (SEEN, "mark_seen = False", "[mailbox] mark_seen: 是、否要写成 true、false", "小写"),
    ("[log]", "下面是日志\n[log]", "不是一项配置", "键 = 值"),
    ('name = "工作总结"', 'name = "科普"周"总结"', "[deadline] name: 引号里面又有引号", "“”"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "what", "instead"), SLIPS, ids=[slip[1] for slip in SLIPS])
def test_each_slip_is_named_with_its_place(tmp_path: Path, before: str, after: str, what: str, instead: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert before in text
    line = (
        text[: text.index(before)].count("\n") + 1 + after.count("\n") * ("poll_every" in after) + ("workers" in after)
    )
    config = tmp_path / "config.toml"
    config.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(config)
    (said,) = str(caught.value).split("\n")
    wrong, _, remedy = said.removeprefix("config.toml: ").partition("; ")
    assert what in wrong and instead in remedy and said.startswith("config.toml: "), said
    if "\\new" not in after:
        assert f"（第{line}行第" in wrong, said


OF_A_FORM = [
    ('kind = "report"', 'kind = "申报"', "[kind] 不是允许的值（第2行第1列）; 写成"),
    ('name = "talk"', 'name = "讲座"', "[name] 写法不对（第1行第1列）; 只能用小写字母"),
    ("min_labels = 3", 'min_labels = "三"', "[min_labels] 要写成整数（第5行第1列）"),
    ("min_labels = 3", "min_lables = 3", "[min_lables] 没有这一项（第5行第1列）; 是不是想写 min_labels？"),
    ('label = "单位"', 'lable = "单位"', "[field.1.lable] 没有这一项（第9行第1列）; 是不是想写 label？"),
    ('kind = "unit"', 'kind = "单位"', "[field.1.kind] 不是允许的值（第10行第1列）; 写成"),
]
FORM = """name = "talk"
kind = "report"
layout = "fields"
label = "讲座表"
min_labels = 3
anchor = "reporting_unit"
[[field]]
key = "reporting_unit"
label = "单位"
kind = "unit"
"""


@pytest.mark.parametrize(("before", "after", "told"), OF_A_FORM, ids=[slip[1] for slip in OF_A_FORM])
def test_slips_in_the_definition_of_a_form(tmp_path: Path, before: str, after: str, told: str) -> None:
    path = tmp_path / "form.toml"
    path.write_text(FORM, encoding="utf-8")
    load_definitions([path])
    path.write_text(FORM.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_definitions([path])
    assert f"form.toml: {told}" in str(caught.value) and "should" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_a_file_saved_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(EXAMPLE.read_text(encoding="utf-8").encode(encoding, "replace"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_settings(config)


def test_windows_line_ends_and_a_byte_order_mark_are_no_slips(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(EXAMPLE.read_text(encoding="utf-8").replace("\n", "\r\n").encode("utf-8-sig"))
    assert load_settings(config).mailbox.port == 993


OTHER = """[[mailbox]]
name = "讲解"
address = "b@example.com"
host = "imap.qq.com"
password_env = "B"
[mailbox.roster]
file = "b.xlsx"
[smtp]
host"""
TWO = (
    EXAMPLE.read_text(encoding="utf-8")
    .replace("[mailbox] ", '[[mailbox]]\nname = "kepu"\n#', 1)
    .replace("[smtp]\nhost", OTHER, 1)
)
AMONG_SEVERAL = [
    ('name = "kepu"', "", "[[mailbox]] 第1个 name: 没有写邮箱的名称"),
    ('name = "讲解"', 'name = "KEPU"', "[[mailbox]] 第2个 name: 两个 [[mailbox]] 同名（第"),
    ('name = "讲解"', 'name = "讲 解"', "邮箱 讲 解：[mailbox] name: 名称写法不对（第"),
    ('"b@example.com"', '"kepu@example.com"', "[mailbox] address: 邮箱 kepu、讲解 写的相同"),
    ("[mailbox.roster]", '[mailbox.store]\npath = "data/kepu"\n[mailbox.roster]', "[store] path: 邮箱 kepu、讲解 写的相同"),
    ("enabled = false", "enabled = true", "[desk] port: 邮箱 kepu、讲解 写的相同"),
    ('file = "b.xlsx"', 'flie = "b.xlsx"', "邮箱 讲解：[roster] flie: 没有这一项（第"),
    ("port = 465", "port = 46500000", "config.toml: [smtp] port: 太大（第"),
    ("[log]", "[[log]]", "config.toml: [log]: 要写成一节"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), AMONG_SEVERAL, ids=[slip[2] for slip in AMONG_SEVERAL])
def test_slips_among_several_mailboxes(tmp_path: Path, before: str, after: str, told: str) -> None:
    """What is wrong for all stands in what they share, and is told once; of the rest it is told whose it is."""
    assert before in TWO
    config = tmp_path / "config.toml"
    config.write_text(TWO.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_every(config)
    (said,) = str(caught.value).split("\n")
    assert told in said, said


def test_several_mailboxes_share_what_is_not_their_own(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(TWO, encoding="utf-8")
    one, other = load_every(config)
    assert (one.smtp.host, one.smtp.username) == ("smtp.126.com", "kepu@example.com")
    assert (other.smtp.host, other.smtp.username, other.smtp.password_env) == ("smtp.126.com", "b@example.com", "B")
    assert one.roster.file is None and other.roster.file == tmp_path / "b.xlsx"
    assert {one.store.path, other.store.path} == {tmp_path / "data" / "kepu", tmp_path / "data" / "讲解"}
    assert one.store.marker != other.store.marker
    assert load_settings(config, "讲解") == other
