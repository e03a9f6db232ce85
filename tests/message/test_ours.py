"""Our own letters, quoted in every way that programs have: recognised by what they say, and no words of the writer's."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from bot.message.model import Message
from bot.message.parse import parse_message

# As an office with templates of its own might write.
LETTER = """晋江市科协：
贵单位的活动我们记下了，谢谢支持！
编号 KP2023-0001（已记录）
  活动名称：科技馆里的海洋课
  联系电话：0595-22000000
  电子邮箱：zxd@example.com
  活动时间：2023年9月17日至18日
  活动地点：晋江市科技馆一楼大厅
1．“移动电话”没有写，请补充。
2．“活动对象”没有勾选，请勾选。
市科协普及部　电话：22217957　邮箱：kepu@example.com
"""
ROWS = "".join(
    f"<tr><td>{label}</td><td>{value}</td></tr>"
    for label, _, value in (line.strip().partition("：") for line in LETTER.splitlines()[3:8])
)
HTML = (
    "<html><body><p>晋江市科协：<br>贵单位的活动我们<b>记下了</b>，谢谢支持！</p><p><b>编号 KP2023-0001</b>（已记录）</p>"
    f"<table>{ROWS}</table><p>1．“移动电话”没有写，请补充。</p><p>2．“活动对象”没有勾选，请勾选。</p>"
    "<p>市科协普及部　电话：22217957　邮箱：kepu@example.com</p></body></html>"
)
INNER = HTML[len("<html><body>") : -len("</body></html>")]
WORDS = "活动地点：晋江市图书馆三楼"


def parsed(plain: str = "", html: str = "") -> Message:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "unit@example.com", "kepu@example.com", "Re: 申报"
    if plain:
        message.set_content(plain)
    if html:
        message.add_alternative(html, subtype="html")
    return parse_message(message.as_bytes(), ("kepu@example.com",), (LETTER, HTML))


WAYS: dict[str, Callable[[], Message]] = {
    "below": lambda: parsed(f"{WORDS}\n\n{LETTER}"),
    "above": lambda: parsed(f"{LETTER}\n\n{WORDS}"),
    "wrapped": lambda: parsed(WORDS + "\n\n" + "\n".join(textwrap.fill(line, 14) for line in LETTER.splitlines())),
    "forwarded": lambda: parsed(f"{WORDS}\n\n------ 转发 ------\n{LETTER}"),
    "blockquote": lambda: parsed(html=f"<div>{WORDS}</div><blockquote>{INNER}</blockquote>"),
    "html below": lambda: parsed(html=f"<div>{WORDS}</div><br><div>{INNER}</div>"),
    "html above": lambda: parsed(html=f"<div>{INNER}</div><div>{WORDS}</div>"),
    "both": lambda: parsed(f"{WORDS}\n\n{LETTER}", f"<p>{WORDS}</p><blockquote>{INNER}</blockquote>"),
}


@pytest.mark.parametrize("way", WAYS)
def test_only_the_writers_words_are_left(way: str) -> None:
    message = WAYS[way]()
    assert [line for line in message.new_text.splitlines() if line.strip("- 转发")] == [WORDS]
    assert "0595-22000000" not in message.new_html and "<td" not in message.new_html
    assert "海洋课" in message.text  # nothing is lost of what came


def test_a_typed_table_above_our_letter_stays() -> None:
    table = "<table><tr><td>活动名称</td><td>气象课</td></tr><tr><td>联系人</td><td>庄晓东</td></tr></table>"
    message = parsed(html=f"<p>请更正：</p>{table}<blockquote>{INNER}</blockquote>")
    assert message.new_html.count("<td") == 4 and "气象课" in message.new_text and "海洋课" not in message.new_text


HEADING = "\n\n---原始邮件---\n发件人：kepu@example.com\n收件人：unit@example.com\n主题：请补正\n\n"
FIRST, SECOND = LETTER.splitlines()[8:10]
MOBILE = "13959812005"
TYPED = {
    "behind the question": ({FIRST: f"{FIRST} {MOBILE}"}, [f"{FIRST} {MOBILE}"]),
    "in brackets": ({SECOND: f"{SECOND}【答：青少年】"}, [f"{SECOND}【答：青少年】"]),
    "below each": ({FIRST: f"{FIRST}\n{MOBILE}", SECOND: f"{SECOND}\n是"}, [FIRST, MOBILE, SECOND, "是"]),
    "over a value": ({"22000000": "22001111"}, ["  联系电话：0595-22001111"]),
    "behind a sentence": ({"（已记录）": "（已记录）。不客气，已改好。"}, ["不客气，已改好。"]),
    "by the program": ({"zxd@example.com": "zxd@example.com<mailto:zxd@example.com>"}, []),
    "nothing": ({}, []),
}


@pytest.mark.parametrize("mark", ["", "> ", "| "])
@pytest.mark.parametrize("case", TYPED)
def test_what_was_typed_into_our_letter_is_the_writers(case: str, mark: str) -> None:
    changes, typed = TYPED[case]
    quoted = LETTER
    for old, new in changes.items():
        quoted = quoted.replace(old, new)
    lines = "\n".join(f"{mark}{line}" for line in quoted.splitlines())
    told = parsed(f"老师好，直接写在下面了。\n惠安县科协 王小明{HEADING}{lines}").new_text
    assert (
        told.split()
        == "".join(f"{line}\n" for line in [*typed, "老师好，直接写在下面了。", "惠安县科协 王小明"]).split()
    )


def test_what_was_typed_into_our_letter_in_red() -> None:
    answered = INNER.replace("请补充。", f"请补充。<font color='red'>{MOBILE}</font>")
    for quoted in (f"<blockquote>{answered}</blockquote>", HEADING.replace("\n", "<br>") + answered):
        told = parsed(html=f"<div>见红字</div>{quoted}").new_text.split()
        assert sorted(told) == sorted([f"{FIRST}{MOBILE}", "见红字"])


def test_an_answer_below_a_question_of_ours_keeps_it() -> None:
    lines = LETTER.splitlines()
    lines.insert(9, "13959812005")
    kept = parsed("\n".join(lines)).new_text
    assert "“移动电话”没有写" in kept and "13959812005" in kept and "海洋课" not in kept


def test_a_line_or_two_in_common_is_not_our_letter() -> None:
    text = "联系电话：0595-22000000\n活动地点：晋江市科技馆一楼大厅"
    assert parsed(text).new_text == text
