"""Labels and places inside of one cell of a blank form, and what tells how to fill it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.forms.entry.signed import LINE as SIGNED_LINE
from bot.forms.learn.model import Found
from bot.forms.learn.printed import (
    COUNTED,
    OPINION,
    SIGNER,
    STAMPS,
    clean,
    is_label,
    is_value_place,
    labelled_pieces,
    options_in,
    signed_with,
)

DAY_PLACE = re.compile(r"[\s_＿]*(?:20\d{0,2})?[\s_＿]*年[\s_＿]*月[\s_＿]*日")
LONE_DAY = re.compile(rf"[\s_＿]*(?P<stamp>[（(]\s*[盖公]\s*章\s*[)）])?{DAY_PLACE.pattern}[\s_＿]*")
SIGNS = re.compile(r"(?:签[字名]|人员|组长)$")
SIGNED_BESIDE = re.compile(r"签[字名]$|^(?:日期|时间)$")
HINT = re.compile(
    r"字以内|字左右|限\s*\d+|不超过|不少于|包括|填写|注明|请|例如|如[:：]|说明|附页|盖章|签[名字章]|第三人称|概述|简述|简要|[(（].*[)）]$|\d+\s*字"
)
PARTS = re.compile(rf"[\s_＿]*{COUNTED.pattern}[，,]\s*其中")  # «合计：____万元，其中：…» is a sentence with gaps
LONGEST_HINT = 200


def inside(text: str, *, declared: bool = False) -> list[Found]:
    """Labels with empty places inside of one cell («姓名：____ 性别：____»); the place of the last one may be the lines below it. *declared*: what is signed may stand
    above them."""
    found: list[Found] = []
    whose = ""
    for line in text.split("\n"):
        pieces = labelled_pieces(line)
        if not pieces and not found and re.search("章[)）]", line) and is_label(line):
            whose = clean(line)  # «甲方（盖章）», with its signature below
            continue
        if not pieces and declared and not is_value_place(line):
            continue
        told = [piece for piece in pieces if not is_value_place(piece.printed) or PARTS.match(piece.printed)]
        if told and not (declared and all(re.search("承诺|声明", piece.label) for piece in told)):
            return []
        pieces = [piece for piece in pieces if piece not in told]  # «承诺：按期归还。  承诺人：»
        is_signed = any(not STAMPS.fullmatch(piece.label) for piece in pieces)  # «填报人：  负责人签字：»
        for piece in pieces:
            if not STAMPS.fullmatch(piece.label) or declared or (is_signed and SIGNED_BESIDE.search(piece.label)):
                found.append(Found(piece.label, piece.printed, starred=piece.starred, before=whose or first_of(found)))
                if SIGNS.search(piece.label) and LONE_DAY.fullmatch(piece.printed):
                    found.append(day_of(found, whose))
        if not pieces and not told and not is_value_place(line):
            return []
        if not pieces and found and not found[-1].of and (day := LONE_DAY.fullmatch(line)) and line.strip():
            found[-1].is_long = bool(day["stamp"])  # «党支部：⏎⏎（盖章）  年  月  日» is an opinion
            found.append(day_of(found, whose))  # the line below a signature
    return found


def is_pledged(text: str) -> bool:
    """Sentences of the office's own with a place for who signs them."""
    return "。" in text and bool(inside(text, declared=True))


def first_of(found: Sequence[Found]) -> str:
    return found[0].label if found else ""


def day_of(found: Sequence[Found], whose: str) -> Found:
    """When *found*'s last label was signed."""
    label = found[-1].label
    return Found(f"{label}日期", "年月日", of=label, before=whose or first_of(found))


def signing_of(own: Found, printed: str) -> list[Found]:
    """The signature and the date of an opinion, which stand in its place."""
    words = signed_with(own.label, printed)
    return [replace(own, label=f"{own.label}{one}", of=own.label, printed="", is_long=False) for one in words]


def lone_day(text: str) -> list[Found]:
    """A cell that is the place of a date and nothing else."""
    return [Found("日期", text.strip())] if LONE_DAY.fullmatch(text) else []


def is_signing(printed: str) -> bool:
    """Nothing but who is to sign («负责人：      （公章）  年 月 日»)."""
    return is_value_place(SIGNER.sub("", printed))


def beside_options(printed: str) -> list[Found]:
    """Labels with places of their own among options («□单间 □不需要  入住日期：____»)."""
    if not options_in(printed):
        return []
    own = {squeeze(option.label) for option in options_in(printed)}
    pieces = [piece for line in printed.split("\n") for piece in labelled_pieces(line)]
    lone = [line.strip().rstrip("：:") for line in printed.split("\n") if re.search(r"[：:]\s*$", line)]
    lone += re.findall(r"(?<=[^\s□☐○])[ \u3000\t]+(其[他它])\s*[：:]\s*$", printed)  # «□水源  其他：»
    lone += re.findall(
        r"(?<=[^\s□☐○])(?:[ \u3000\t]{2,}|\u3000)([\u4e00-\u9fff]{2,8})\s*[：:]\s*$", printed, re.MULTILINE
    )
    alone = re.compile(
        "|".join(re.escape(line) for line in lone if not SIGNER.search(f"{line}：") and "签" not in line) or "(?!)"
    )
    return [
        Found(piece.label, piece.printed)
        for piece in pieces
        if (is_value_place(piece.printed) if piece.printed else bool(alone.match(piece.label)))
        and squeeze(piece.label) not in own
        and not options_in(piece.printed)
    ]


def beside_opinion(label: str, printed: str) -> tuple[list[Found], str]:
    """Labels with places of their own where an opinion is to stand («专家组组长：____ 鉴定等级：优秀  良好  合格»), and what is printed there beside them."""
    rest: list[str] = []
    found: list[Found] = []
    is_known = is_value_place(printed) or is_hint(printed)
    for line in printed.split("\n") if OPINION.search(squeeze(label)) and not is_known else ():
        pieces = [] if SIGNED_LINE.fullmatch(line) else labelled_pieces(line)
        is_asked = bool(pieces) and all(is_value_place(piece.printed) for piece in pieces)
        found += [Found(piece.label, piece.printed) for piece in pieces if is_asked]
        rest += [] if is_asked else [line]
    left = "\n".join(rest)
    return (found, left) if found and (is_value_place(left) or is_signing(left)) else ([], printed)


def is_hint(printed: str) -> bool:
    """Words that tell how to fill the place, and are not what is to stand there."""
    return bool(HINT.search(printed)) and len(printed) <= LONGEST_HINT


def is_starred(text: str) -> bool:
    return bool(re.search(r"[*＊★]|必填", text))
