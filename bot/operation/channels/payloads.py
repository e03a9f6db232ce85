"""What each kind of group robot takes, how it is signed, and what its answer means (docs/channels.md). Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

LABELS = {"wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书", "webhook": "webhook"}
MOST_UNITS = 20
# What such a post tells stands nowhere else: the mail about it may be the very one that does not go out.
BY_ITSELF = ("【紧急】", "【已恢复】")
MOST_BYTES = 1900  # WeCom takes 2048 of a text


def request_of(kind: str, url: str, secret: str, told: Mapping[str, Any], at: float) -> tuple[str, bytes]:
    """Address and JSON body. *at* is the real time in seconds: robots take a signature for an hour."""
    text = text_of(told)
    if kind == "wecom":
        body: Mapping[str, Any] = {"msgtype": "text", "text": {"content": text}}
    elif kind == "dingtalk":
        body = {"msgtype": "text", "text": {"content": text}}
        if secret:
            stamp = str(int(at * 1000))
            signature = digest(secret, f"{stamp}\n{secret}")
            url = with_query(url, {"timestamp": stamp, "sign": signature})
    elif kind == "feishu":
        body = {"msg_type": "text", "content": {"text": text}}
        if secret:
            stamp = str(int(at))
            body = {"timestamp": stamp, "sign": digest(f"{stamp}\n{secret}", ""), **body}
    else:
        body = told
    return url, json.dumps(body, ensure_ascii=False).encode()


def text_of(told: Mapping[str, Any]) -> str:
    """A line for each unit, «晋江市科协：回信待阅2件、撤回待核实»; what the title says already is not said again."""
    units: dict[str, Counter[str]] = {}
    for one in told["items"]:
        if one["title"] not in told["title"]:
            units.setdefault(one["unit"], Counter())[one["title"]] += 1
    lines = [f"{unit}：{'、'.join(counted(*one) for one in titles.items())}" for unit, titles in units.items()]
    end = [] if told["title"].startswith(BY_ITSELF) else ["详见工作人员邮箱。"]
    shown = lines[:MOST_UNITS]
    while True:
        more = [f"等{len(lines)}家"] if len(shown) < len(lines) else []
        text = "\n".join([told["title"], *shown, *more, *end])
        if len(text.encode()) <= MOST_BYTES or not shown:
            return text
        shown.pop()


def counted(title: str, number: int) -> str:
    return f"{title}{number}件" if number > 1 else title


def digest(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def with_query(url: str, more: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(more))))
    return urlunsplit(parts._replace(query=query))


def refusal(kind: str, answer: bytes) -> str:
    """Why a robot that answered 200 did not take it; empty where it did."""
    if kind == "webhook":
        return ""
    try:
        found = json.loads(answer)
        code = next((found[name] for name in ("errcode", "code", "StatusCode") if name in found), None)
        said = str(found.get("errmsg") or found.get("msg") or found.get("StatusMessage") or "")
    except (ValueError, TypeError, AttributeError):
        return "应答不是预期的格式，请核对地址"
    return "" if code == 0 else f"对方拒收（{code}）：{said[:120]}"
