"""Validation errors of the settings, said in Chinese with what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.base.config.toml_text import Place, where

# Own validators raise ValueError with one of these words.
OWN = {
    "duration": ("时间长度写法不对", '写成 "30s"、"2m"、"1h" 或 "3d"'),
    "size": ("大小写法不对", '写成 "512KB"、"20MB" 或 "1GB"'),
    "clock_time": ("时刻写法不对", '写成 "09:00"'),
    "notify": ("转办邮件的间隔写法不对，或不到一小时", '写成 "1h" 或更长的时间，不要转办邮件写 "off"'),
    "address": ("不是一个邮箱地址", '写成 "name@126.com"，不带姓名和空格'),
    "mailbox_name": ("名称写法不对", '用字母、数字或汉字，不带空格和 /，如 name = "kepu"'),
    "day": ("不是日期", "写成 2023-08-01（不加引号）"),
    "moment": ("不是日期时间", "写成 2023-08-30T23:59:59（不加引号）"),
    "none_not_loopback": ('security = "none" 只允许用于本机地址', '改为 security = "tls"'),
    "workers": (
        "不是读取进程的写法",
        '写成 workers = "auto"、进程数（1 到 64，不加引号）或集群的地址，如 "tcp://192.168.1.5:8786"',
    ),
    "timezone": ("没有这个时区", '写成 timezone = "Asia/Shanghai"'),
    "poll_every": ("收信间隔太短", '写成 poll_every = "2m"'),
    "ends_before_starts": ("ends 早于 starts", "让 ends 不早于 starts"),
    "secret_env": ("只有钉钉和飞书的机器人加签", "删去这一行"),
    "desk_open": (
        "本机以外的地址须有 TLS 证书或反向代理",
        '写 tls_cert 和 tls_key，或写 proxy = ["代理的地址"] 和 url，或改回 host = "127.0.0.1"',
    ),
    "desk_host": ("不是 IP 地址", '写成 "127.0.0.1"（只供本机）或本机在局域网中的地址'),
    "desk_tls": ("tls_cert 和 tls_key 要同时写", "补上另一项，或两项都删去"),
    "desk_url": (
        "不是工作台的网址",
        '写成浏览器中输入的网址，如 url = "https://desk.example.gov.cn"；本机以外的须是 https',
    ),
    "desk_password": ("不是 desk password 给出的密码行", "执行 desk password 命令，把它给出的一行原样粘贴过来"),
    "desk_passwords": (
        "passwords 中有的地址不能登录",
        "地址要写在 [coordinators] emails 或 [desk] read_only 中，或删去这一行",
    ),
    "deadline_names": ("两个 [[deadline]] 同名", "每个 name 各不相同"),
}
# Which key an error of a whole section is about.
OWN_KEY = {
    "none_not_loopback": "security",
    "timezone": "timezone",
    "poll_every": "poll_every",
    "secret_env": "secret_env",
    "ends_before_starts": "ends",
    "desk_open": "host",
    "desk_tls": "tls_key",
    "desk_url": "url",
}
# … and one of the whole file.
OWN_PLACE = {"deadline_names": ("deadline", "name"), "desk_passwords": ("desk", "passwords")}


def explain(
    error: ValidationError, file_name: str, model: type[BaseModel], lines: dict[tuple[str, ...], Place]
) -> Iterator[str]:
    """One line ``config.toml: [section] key: what is wrong（第N行第M列）; what to write instead`` for each finding about *model*; *lines*: where
    each key stands in the file."""
    for finding in error.errors(include_input=False):
        location = [str(part) for part in finding["loc"]]
        what, instead = describe(finding["type"], str(finding["msg"]), finding.get("ctx", {}), location, model)
        if finding["type"] == "extra_forbidden" and len(location) == 1:
            what = "没有这一节"
        own = str(finding.get("ctx", {}).get("error", ""))
        section, key = place(location, own)
        at = where(lines, tuple(location) if location else OWN_PLACE.get(own, ())[:1])
        yield f"{file_name}: {f'{section} {key}'.strip()}: {what}{at}; {instead}"


def place(location: list[str], own: str) -> tuple[str, str]:
    """Section and key as they stand in the file; array tables are counted from 1."""
    if not location:
        section, key = OWN_PLACE.get(own, ("?", "?"))
        return f"[{section}]", key
    section, *rest = location
    section = f"[{section}]"
    if rest and rest[0].isdigit():
        section, rest = f"[{section}] 第{int(rest[0]) + 1}个", rest[1:]
    names = [f"第{int(part) + 1}个" if part.isdigit() else part for part in rest if not part.startswith("function-")]
    return section, ".".join(names).replace(".第", " 第") or OWN_KEY.get(own, "")


def describe(
    kind: str,
    message: str,
    context: dict[str, Any],
    location: list[str],
    model: type[BaseModel],
    example: str = "config.example.toml",
) -> tuple[str, str]:
    """What is wrong, and what to write instead; *example* is where it can be looked up."""
    own = str(context.get("error", ""))
    if own in OWN:
        return OWN[own]
    if kind == "missing":
        return (
            ("缺少这一节", f"对照 {example} 补上")
            if len(location) == 1
            else ("缺少这一项", f"补上 {location[-1]} = …，写法见 {example}")
        )
    if kind == "extra_forbidden":
        near = get_close_matches(location[-1], known_keys(model, location[:-1]), 1)
        return (
            "没有这一项",
            f"是不是想写 {near[0]}？" if near else f"删去，或对照 {example} 改名",
        )
    if kind in {"literal_error", "enum"}:
        return "不是允许的值", f"写成 {context.get('expected', '')} 之一".replace(" or ", " 或 ")
    if kind in {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}:
        bound = next((context[key] for key in ("ge", "gt", "le", "lt") if key in context), "")
        word = "太小" if kind.startswith("greater") else "太大"
        return word, f"界限是 {bound}"
    if kind == "string_too_short":
        return "不能为空", f"填写 {location[-1]}"
    if kind.startswith("string"):
        return "要写成字符串", f'写成 {location[-1]} = "…"（加引号）'
    if kind.startswith("int"):
        return "要写成整数", f"写成 {location[-1]} = 993 这样的数字（不加引号）"
    if kind.startswith("bool"):
        return "要写成 true 或 false", f"写成 {location[-1]} = true"
    if kind in {"tuple_type", "list_type"}:
        return "要写成列表", f'写成 {location[-1]} = ["…", "…"]'
    if kind in {"model_type", "dict_type", "model_attributes_type"}:
        return "要写成一节", f"写成 [{location[-1]}] 开头的一节"
    return message, f"对照 {example} 改正"


def known_keys(model: Any, location: list[str]) -> list[str]:
    """The keys that *model* allows at *location*, for «did you mean»."""
    for part in location:
        if part.isdigit():
            continue
        annotation = model.model_fields[part].annotation
        candidates = [annotation, *getattr(annotation, "__args__", ())]
        model = next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), model)
    return list(model.model_fields)
