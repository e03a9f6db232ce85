"""TOML as people write it: what is wrong with it, in Chinese, with section, line and column; and where a key stands.

tomllib's own messages are English and tell the place only; what most often is behind them stands in the line itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.base.errors import ConfigError, cause

PLACE = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.S)
# What tomllib says, and what to write instead where the line gives no better hint.
SAID = (
    (r"Invalid statement", "不是一项配置", "每行写成 键 = 值，说明文字前面加 #"),
    (r"Expected newline or end of document", "值的后面还有别的内容", "值的后面只能是 # 开头的说明；文字要整个放在引号里"),
    (r"Expected '='", "键的后面没有等号", "写成 键 = 值（半角 =）"),
    (r"Cannot overwrite a value|Duplicate inline", "这一项写了两遍", "只留一个"),
    (r"Cannot declare|Cannot redefine|Cannot mutate", "这一节写了两遍", "合成一节；截止时间那样可以有几个的，每个写 [[deadline]]"),
    (r"Expected '\]", "节名没有写完", "写成 [mailbox]；[[deadline]] 前后各两个方括号"),
    (r"Invalid initial character", "键的写法不对", "键用半角英文，如 emails = [\"…\"]"),
    (r"Unclosed array", "列表没有写完", "末尾补上半角的 ]"),
    (r"Unclosed inline table", "花括号没有写完", "末尾补上半角的 }"),
    (r"Unescaped|Invalid hex|Escaped character", "引号里的 \\ 写法不对", "路径里的 \\ 改写成 /，或改用单引号"),
    (r"Unterminated string|Illegal character", "引号没有成对，或引号里有不能写的字符", "前后各一个半角引号，写在同一行"),
    (r"Invalid date", "没有这个日期或时刻", "写成 2023-08-30 或 2023-08-30T23:59:59"),
    (r"Invalid value", "值的写法不对", '文字加半角引号 "…"，是否写 true、false，日期写 2023-08-30'),
    (r"Found invalid character", "有看不见的控制字符", "删去这一行重新输入"),
)  # fmt: skip
# What the line itself shows, the likeliest first: what is wrong, what to write instead.
VALUE = r"[=\[,，、＝]\s*"
SEEN = (
    (r"^\s*\[{1,2}[^\[\]=\"']+\]?$", "节名没有写完", "写成 [mailbox]；[[deadline]] 前后各两个方括号"),
    (r'^[^#"\']*[＝]', "等号是全角的", "改成半角的 ="),
    (r"^\s*[^\s\x00-\x7f“”‘’【［][^=\"']*=", "键不是半角英文", "对照 config.example.toml，键用其中的英文，如 name = \"…\""),
    (VALUE + r"[“”„‟＂『「]", "引号是全角的", '改成半角的 "…"（关掉中文标点再输入）'),
    (VALUE + r"[‘’＇]", "引号是全角的", '改成半角的 "…"（关掉中文标点再输入）'),
    (r"^\s*[【［]|^[^#\"']*=\s*[【［]|^[^#]*[】］]\s*(#|$)", "方括号是全角的", "改成半角的 [ ]"),
    (r'^[^#]*["\'\d\]]\s*[，、；;]', "逗号是全角的，或用了分号、顿号", "列表中用半角逗号 , 隔开，行末不写标点"),
    (VALUE + r'"(?:[A-Za-z]:)?[^"]*\\', "引号里的 \\ 写法不对", "路径里的 \\ 改写成 /，或改用单引号：'D:\\kepu\\units.xlsx'"),
    (r"^[^#\"']*[\u3000\u00a0]", "有全角空格", "删去，用半角空格"),
    (VALUE + r"(True|False|TRUE|FALSE|是|否)\b", "是、否要写成 true、false", "全部小写，不加引号"),
    (VALUE + r"\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}", "日期的写法不对", "写成 2023-08-30，月、日都是两位；带时刻的写 2023-08-30T17:00:00，写到秒"),
    (VALUE + r"0\d+\s*(#|,|\]|$)", "数的前面多了 0", "去掉前面的 0"),
    (r"\"\s+\"|'\s+'", "两项之间少了逗号", "列表中用半角逗号 , 隔开"),
    (VALUE + r'"[^"]*"[^\s,\]}"]', "引号里面又有引号", "里面的引号改成全角的“”"),
    (VALUE + r'"[^"]*$', "少了结尾的引号", '前后各一个半角引号 "…"'),
    (r"^[^#\"'=]*[：:]\s*\S", "键和值之间不是等号", "写成 键 = 值"),
    (r"=\s*(#|$)", "等号后面没有值", '写上值，空的写 ""'),
    (VALUE + r"\d*[A-Za-z_.\u4e00-\u9fff@]", "文字没有加引号", '写成 "…"（半角引号）'),
    (r"(^|\s)(//|;)", "说明文字要以 # 开头", "把 // 或 ; 改成 #"),
)  # fmt: skip
HEADER = re.compile(r"^\s*(\[{1,2})\s*([^\[\]#]+?)\s*\]{1,2}")
KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
COMMENT = re.compile(r"""("[^"]*"|'[^']*')|#.*""")
Place = tuple[int, int]


def parse(raw: bytes, name: str) -> dict[str, Any]:
    """The tables of a file; ConfigError ``name: [section] key: what is wrong（第N行第M列）; what to write instead``."""
    text = decoded(raw, name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(complaint(text, str(error), name)) from error
    except RecursionError as error:
        raise ConfigError(f"{name}: 方括号套得太深; 对照 config.example.toml 改正") from error


def read_toml(path: Path, name: str) -> dict[str, Any]:
    """``parse`` of a file that may not be there."""
    return read_with_places(path, name)[0]


def read_with_places(path: Path, name: str = "") -> tuple[dict[str, Any], dict[tuple[str, ...], Place]]:
    """The same, and where each table and key stands."""
    name = name or path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: 打不开（{cause(error)}）; 检查路径和权限") from error
    return parse(raw, name), places(decoded(raw, name))


def decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(f"{name}: 不是 UTF-8 编码（第{line}行）; 用编辑器“另存为”，编码选 UTF-8") from error


def complaint(text: str, said: str, name: str) -> str:
    found = PLACE.match(said)
    lines = text.split("\n")
    what, number, column = said, len(lines), 1
    if found:
        what = found["what"]
        number = int(found["line"] or len(lines))
        column = int(found["column"] or len(lines[-1]) + 1)
    number = begun(lines, number, what)
    if number != int((found and found["line"]) or number):
        column = 1
    if HEADER.match(lines[number - 1]) and what.startswith("Cannot"):
        what = "Cannot declare"
    wrong, instead = seen(lines[number - 1]) or translated(what)
    return f"{name}: {place_words(lines, number)}{wrong}（第{number}行第{column}列）; {instead}"


def begun(lines: list[str], number: int, what: str) -> int:
    """The line to look at: what was not closed is noticed at the end of the file, or on the line that follows."""
    if number > len(lines) or not lines[number - 1].strip() or what.startswith("Unclosed"):
        for before in range(min(number, len(lines)), 0, -1):
            line = lines[before - 1]
            if ("[" in line and "]" not in line and not HEADER.match(line)) or seen(line):
                return before
        return next((n for n in range(min(number, len(lines)), 0, -1) if lines[n - 1].strip()), 1)
    return number


def seen(line: str) -> tuple[str, str] | None:
    """What a line shows to be wrong with it. Asked only of one that is."""
    if HEADER.match(line):
        return None
    bare = COMMENT.sub(lambda found: found[1] or "", line).rstrip()
    return next(((wrong, instead) for form, wrong, instead in SEEN if bare and re.search(form, bare)), None)


def translated(what: str) -> tuple[str, str]:
    return next(
        ((wrong, instead) for said, wrong, instead in SAID if re.search(said, what)),
        ("TOML 语法错误", "对照 config.example.toml 检查这一行的引号和等号"),
    )


def place_words(lines: list[str], number: int) -> str:
    """``[mailbox] port: `` for the line of this number."""
    section = next((found for n in range(number, 0, -1) if (found := HEADER.match(lines[n - 1]))), None)
    key = KEY.match(lines[number - 1].replace("＝", "="))
    told = " ".join(filter(None, (f"[{section[2]}]" if section else "", key[1] if key else "")))
    return f"{told}: " if told else ""


def places(text: str) -> dict[tuple[str, ...], Place]:
    """Line and column (from 1) of each table and key; the tables of an array by their number from 0."""
    found: dict[tuple[str, ...], Place] = {}
    numbers: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := HEADER.match(line):
            section = tuple(names(header[2]))
            for length in range(1, len(section)):
                if section[:length] in numbers:  # a table inside the last of an array
                    section = (*section[:length], str(numbers[section[:length]]), *section[length:])
            if len(header[1]) == 2:
                numbers[section] = numbers.get(section, -1) + 1
                section = (*section, str(numbers[section]))
            found.setdefault(section, (number, header.start(1) + 1))
        elif key := KEY.match(line):
            found.setdefault((*section, *names(key[1])), (number, key.start(1) + 1))
    return found


def names(dotted: str) -> Iterator[str]:
    return (part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.]+", dotted))


def where(found: Mapping[tuple[str, ...], Place], location: tuple[str, ...]) -> str:
    """``（第8行第1列）`` of the key, or of the table that holds it; "" where neither stands in the file."""
    for length in range(len(location), 0, -1):
        if place := found.get(location[:length]):
            return f"（第{place[0]}行第{place[1]}列）"
    return ""
