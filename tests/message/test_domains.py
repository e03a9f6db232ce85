"""Addresses below Chinese domains are the same however they are written."""

from __future__ import annotations

import pytest

from bot.base.domains import comparable_address
from bot.base.sections.values import read_address
from bot.forms.units.roster import Roster, RosterUnit
from bot.message.mime.addresses import addresses
from bot.message.parse import parse_message

WRITTEN = ["user@泉州科协.公司", "User@xn--ykrp9vl4lkvm.XN--55QX5D", "user@泉州科协。公司"]


@pytest.mark.parametrize("written", WRITTEN)
def test_one_spelling_to_compare(written: str) -> None:
    assert comparable_address(written) == read_address(written) == "user@泉州科协.公司"
    roster = Roster((RosterUnit("泉州市科学技术协会", emails=(written,)),))
    for other in WRITTEN[:2]:
        (address,) = addresses(f"王老师 <{other}>")
        match = roster.match("", address.email)
        assert match is not None and match.certain


@pytest.mark.parametrize("header", ["张三@例子.中国", "张三 <张三@xn--fsqu00a.xn--fiqs8s>", "<张三@例子.中国>"])
def test_a_local_part_in_chinese(header: str) -> None:
    assert [one.email for one in addresses(header)] == ["张三@例子.中国"]


@pytest.mark.parametrize("broken", ["a@xn--", "a@xn--\u00e4.cn", "a@xn--99999999999.cn", "a@" + "长" * 80 + ".cn"])
def test_what_is_no_domain_is_no_crash(broken: str) -> None:
    assert comparable_address(broken).startswith("a@")


@pytest.mark.parametrize("told", ["泉州科协.公司", "xn--ykrp9vl4lkvm.xn--55qx5d"])
@pytest.mark.parametrize("written", WRITTEN[:2])
def test_a_server_that_vouches_for_the_same_domain(written: str, told: str) -> None:
    raw = f"Authentication-Results: mx.example.com; dkim=pass header.d={told}\r\nFrom: {written}\r\nSubject: x\r\n\r\nx"
    assert parse_message(raw.encode()).auth.from_domain == "泉州科协.公司"
