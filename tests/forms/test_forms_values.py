"""Phones, counts, people and e-mail addresses as people write them."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.values.counts import read_count
from bot.forms.values.identifiers import read_code, read_yes_no
from bot.forms.values.numerals import numeral_value
from bot.forms.values.people import read_emails, read_person
from bot.forms.values.phones import read_phones

HERE = Path(__file__).parent


def table(name):
    cases = json.loads((HERE / name).read_text(encoding="utf-8"))["cases"]
    return [pytest.param(*case, id=case[0] or "empty") for case in cases]


@pytest.mark.parametrize(("written", "text", "rest", "doubt"), table("phones.json"))
def test_phones(written, text, rest, doubt):
    reading = read_phones(written, "0595", 8)
    assert (reading.text, reading.rest, reading.doubt) == (text, rest, doubt)


@pytest.mark.parametrize(("written", "value", "doubt"), table("counts.json"))
def test_counts(written, value, doubt):
    reading = read_count(written)
    assert (reading.value, reading.doubt) == (value, doubt)


@pytest.mark.parametrize(("written", "name", "phone"), table("people.json"))
def test_people(written, name, phone):
    reading = read_person(written, "0595", 8)
    assert (reading.name, reading.phones.text) == (name, phone)


@pytest.mark.parametrize(
    ("written", "text", "doubt"),
    [
        ("kepu@example.com", "kepu@example.com", ""),
        ("ｋｅｐｕ＠ｅｘａｍｐｌｅ．ｃｏｍ", "kepu@example.com", ""),
        ("kepu @ example.com", "kepu@example.com", ""),
        ("kepu@example。com", "kepu@example.com", ""),
        ("邮箱：kepu@example.com", "kepu@example.com", ""),
        ("a@example.com；b@example.com", "a@example.com、b@example.com", ""),
        ("12345@qq.com", "12345@qq.com", ""),
        ("kx 22000000＠126．com", "kx22000000@126.com", ""),
        ("kepu_of_a_long\nname@example.com", "kepu_of_a_longname@example.com", ""),
        ("k e p u @ example . com", "kepu@example.com", ""),
        ("庄晓东 kepu@example.com\n陈某 b@example.com", "kepu@example.com、b@example.com", ""),
        ("22000000 kepu@example.com", "kepu@example.com", ""),
        ("Email kepu@example.com", "kepu@example.com", ""),
        ("zhuang xd@example.com；b@example.com", None, "invalid"),
        ("kepu@example.con", "kepu@example.con", "address"),
        ("kepu@126.cm", "kepu@126.cm", "address"),
        ("kepu@qz.gov.cn", "kepu@qz.gov.cn", ""),
        ("kepu#example.com", None, "invalid"),
        ("kepu@example", None, "invalid"),
        ("12345", None, "invalid"),
        ("", None, ""),
        ("  ", None, ""),
    ],
)
def test_emails(written, text, doubt):
    reading = read_emails(written)
    assert (reading.text, reading.doubt) == (text, doubt)


@pytest.mark.parametrize(
    ("read", "written", "text"),
    [
        (read_yes_no, "是 / 否", None),
        (read_yes_no, "是√ / 否", "是"),
        (read_yes_no, "是 / 否√", "否"),
        (read_yes_no, "是/否 是", "是"),
        (read_yes_no, "有/无", None),
        (read_yes_no, "是否待定", "是否待定"),
        (read_yes_no, "×", "否"),
        (read_yes_no, "√", "是"),
        (read_code, "同手机", None),
        (read_code, "不用", None),
        (read_code, "闽X·00017", "闽X·00017"),
        (read_code, "第三号", "第三号"),
    ],
)
def test_answers_and_codes(read, written, text):
    assert read(written).text == text


@given(st.integers(1, 99_999))
def test_every_number_as_a_numeral(number):
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千", "万"]
    text, zero = "", False
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
        if digit == "0":
            zero = True
            continue
        text += ("零" if zero else "") + digits[int(digit)] + units[place]
        zero = False
    assert numeral_value(text) == number
    assert read_count(f"约{text}人").value == number


@given(st.text(max_size=80))
def test_any_text_gives_a_value_or_a_doubt_and_never_raises(text):
    for reading in (read_phones(text, "0595", 8), read_count(text), read_emails(text), read_person(text)):
        assert reading is not None


@given(st.text(alphabet="0123456789-—（）() /、，转张三电话+E.", max_size=40))
def test_a_phone_holds_no_digit_that_was_not_written(text):
    reading = read_phones(text, "0595", 8)
    if reading.text and reading.doubt != "lost_zero" and "E" not in text:
        assert re.sub(r"\D", "", reading.text) in re.sub(r"\D", "", text) or len(reading.numbers) > 1
