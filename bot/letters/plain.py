"""The letter of last resort: a slip in an edited template must not keep a unit from its answer.

Short, without design, from the same data; ``check`` and the log name the slip.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.base.clean import one_line
from bot.decision.model import Item
from bot.decision.states import state_label
from bot.forms.model import Kind

MOST = 100


def plain_letter(context: Mapping[str, Any], called: Callable[[Item], str]) -> tuple[str, str]:
    """Text and HTML of an answer from what the templates would have been given."""
    lines = [one_line(line, 400) for line in letter_lines(context, called)]
    page = "".join(f"<p>{html.escape(line) or '&nbsp;'}</p>" for line in lines)
    body = f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"></head><body>{page}</body></html>'
    return "\n".join(lines) + "\n", body


def letter_lines(context: Mapping[str, Any], called: Callable[[Item], str]) -> Iterator[str]:
    if context["unit"]:
        yield f"{context['unit']}："
    yield "您好！来信已收到。"
    yield from map(str, [context["title"], *context["paragraphs"]])
    for row in context["table"][:MOST]:
        yield "｜".join(map(str, row))
    for item in context["items"][:MOST]:
        yield item_line(item, called)
        yield from (f"· {problem.message}" for problem in item.problems[:MOST])
    yield from (f"· {problem.message}" for problem in context["loose"][:MOST])
    if context["number_wrong"]:
        yield "请改好后直接回复本邮件并附上文件。"
    if not context["items"] and not context["paragraphs"]:
        yield "没有找到申报表、汇总表或活动总结；如要报送，请填写表格后作为附件发来。"
    yield ""
    yield f"{context['office']}　{context['phone']}　{context['mailbox']}"


def item_line(item: Item, called: Callable[[Item], str]) -> str:
    name = item.title if item.kind is not Kind.UNRECOGNISED else item.source
    ref = f"　受理号 {item.ref}" if item.ref else ""
    version = f"（第{item.version}版）" if item.version > 1 else ""
    return f"{called(item)}：{name}{ref}{version}　{state_label(item.state)}"
