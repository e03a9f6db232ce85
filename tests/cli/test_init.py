"""``init`` at a terminal, on a real Dovecot and a real SMTP server: from nothing to a configuration that ``check`` accepts; again, to change one thing."""

from __future__ import annotations

import stat
import threading
import time
import tomllib
from pathlib import Path

from openpyxl import load_workbook

from tests.cli.terminal import Terminal
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import ScriptedSmtp


def test_from_nothing_and_again_for_one_thing(
    tmp_path: Path, dovecot: Dovecot, dovecot_user: str, smtp_server: ScriptedSmtp
) -> None:
    with dovecot.client(dovecot_user) as client:
        client.create_folder("已发送")
        client.create_folder("垃圾邮件")
    told = Terminal("init", folder=tmp_path)
    told.answer("邮箱地址：", "科普办")  # no address: asked again
    told.answer("邮箱地址：", dovecot_user)
    for question, line in (
        ("收信（IMAP）服务器", "127.0.0.1"), ("收信（IMAP）端口", str(dovecot.port)), ("加密方式", "none"),
        ("发信（SMTP）服务器", "127.0.0.1"), ("发信（SMTP）端口", str(smtp_server.port)), ("加密方式", "none"),
        ("登录名", ""), ("授权码（输入时不显示）", "wrong-code"),
        ("怎么办 [1]", "2"), ("服务器 [127.0.0.1]", ""), (f"端口 [{dovecot.port}]", ""), ("加密方式 [none]", ""),
        ("服务器 [127.0.0.1]", ""), (f"端口 [{smtp_server.port}]", ""), ("加密方式 [none]", ""), ("登录名", ""),
        ("怎么办 [1]", "3"), (f"邮箱地址 [{dovecot_user}]", dovecot_user), ("收信（IMAP）服务器 [imap.", "127.0.0.1"),
        ("收信（IMAP）端口", "1"), ("加密方式", "none"), ("发信（SMTP）服务器", "127.0.0.1"), ("端口", str(smtp_server.port)),
        ("加密方式", "none"), ("登录名", ""), ("授权码（输入时不显示）", PASSWORD), ("对方拒绝连接", ""), ("服务器", ""),
        ("收信（IMAP）端口 [1]", str(dovecot.port)), ("加密方式", "none"), ("服务器", ""), ("端口", ""), ("加密方式", ""), ("登录名", ""),
    ):  # fmt: skip
        told.answer(question, line)
    told.expect("支持新信即时处理（IDLE）；支持移动邮件（MOVE）")
    told.expect("已发送：已发送；垃圾邮件：垃圾邮件")
    forwarding = threading.Thread(target=forward, args=(smtp_server, dovecot, dovecot_user))
    forwarding.start()
    told.answer("测试信吗", "y")
    told.expect("测试信收到了")
    forwarding.join()
    for question, line in (
        ("活动名称", "2031年泉州市全国科普日"), ("从哪天起", "2031年8月21日"), ("到哪天止", "8月1日"), ("到哪天止", "9月30日"),
        ("落款", "泉州市科协科普部"), ("来信看起", "2031-08-01"), ("重点活动申报", "8月底"), ("重点活动申报", "2031.8.30 17:00"),
        ("工作总结", "-"), ("协调人的邮箱", ""), ("协调人的邮箱", "a@example.gov.cn，b@example.gov.cn"), ("联系人", "庄晓东"),
        ("电话", "0595-22000000"), ("程序停下时", "admin@example.com"), ("名册来填吗", "y"),
    ):  # fmt: skip
        told.answer(question, line)
    told.expect("可以启用")
    assert told.end() == 0, told.shown
    assert PASSWORD not in told.shown
    config = tomllib.loads((tmp_path / "config.toml").read_text(encoding="utf-8"))
    assert config["mailbox"] | {"address": dovecot_user, "password_file": "mail-password"} == config["mailbox"]
    assert "password_env" not in config["mailbox"] and config["smtp"]["save_sent"] == "always"
    assert config["mailbox"]["also_read"] == ["垃圾邮件"] and config["admin"]["email"] == "admin@example.com"
    assert config["coordinators"]["emails"] == ["a@example.gov.cn", "b@example.gov.cn"]
    assert [(one["name"], str(one["due"])) for one in config["deadline"]] == [("重点活动申报", "2031-08-30 17:00:00")]
    for name in ("config.toml", "mail-password"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert "# 收件邮箱 where units send their forms" in (tmp_path / "config.toml").read_text(encoding="utf-8")
    roster = list(load_workbook(tmp_path / "units.xlsx").worksheets[0].iter_rows(values_only=True))
    assert len(roster) > 50 and not [row for row in roster if any("example" in str(value) for value in row)]

    before = (tmp_path / "config.toml").read_text(encoding="utf-8")
    (tmp_path / "config.toml").write_text(before.replace("[store]", "# 科普办的备注\n[store]"), encoding="utf-8")
    again = Terminal("init", folder=tmp_path)
    again.answer("选择", "4")
    for question, line in (
        ("协调人的邮箱", "c@example.gov.cn"),
        ("联系人", ""),
        ("电话", ""),
        ("程序停下时", ""),
        ("选择", "0"),
    ):
        again.answer(question, line)
    assert again.end() == 0, again.shown
    changed = (tmp_path / "config.toml").read_text(encoding="utf-8")
    expected = before.replace("[store]", "# 科普办的备注\n[store]").replace(
        'emails = ["a@example.gov.cn", "b@example.gov.cn"]', 'emails = ["c@example.gov.cn"]'
    )
    assert changed == expected


def test_left_in_the_middle_or_begun_on_a_file_with_a_slip_nothing_is_written(tmp_path: Path) -> None:
    told = Terminal("init", folder=tmp_path)
    told.answer("邮箱地址：", "kepu@126.com")
    told.expect("mail.126.com")
    told.answer("授权码（输入时不显示）", "\x03")
    assert told.end() == 130 and "已取消" in told.shown and not list(tmp_path.iterdir())
    config = tmp_path / "config.toml"
    config.write_text("[mailbox]\nport = “993”\n", encoding="utf-8")
    told = Terminal("init", folder=tmp_path)
    assert told.end() == 2 and "[mailbox] port: 引号是全角的（第2行" in told.shown and "没有改动" in told.shown
    assert list(tmp_path.iterdir()) == [config] and config.read_text(encoding="utf-8").endswith("“993”\n")


def forward(smtp: ScriptedSmtp, dovecot: Dovecot, user: str) -> None:
    """What a mail house does with a mail to oneself."""
    until = time.monotonic() + 30
    while not smtp.mails and time.monotonic() < until:
        time.sleep(0.05)
    dovecot.deliver(user, smtp.mails[0].raw)
