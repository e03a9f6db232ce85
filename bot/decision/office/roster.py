"""A further name or address of a unit of the roster is added, or taken away again. Pure.

Whoever writes from such an address is on record for the unit's forms (docs/decisions/003): only who may decide adds one, at the desk.
"""

from __future__ import annotations

from bot.base.domains import comparable_address
from bot.base.text import tidy
from bot.decision.facts import Case
from bot.decision.office.done import SHOWN, Done
from bot.decision.office.reading import Act
from bot.forms.units.file import ADDRESS
from bot.forms.units.names import is_no_name, several
from bot.forms.units.roster import Added

KINDS = {"alias": "别名", "address": "邮箱"}
LONGEST_ALIAS, LONGEST_ADDRESS = 60, 254  # characters


def added_of(unit: str, text: str) -> Added:
    """What is written, as it is kept."""
    if "@" in text or "＠" in text:
        return Added(unit, "address", comparable_address(text.replace("＠", "@").removeprefix("mailto:").strip("<> ")))
    return Added(unit, "alias", tidy(text))


def add(act: Act, case: Case, done: Done) -> None:
    one = added_of(act.about, act.text)
    if fault := why_not(one, case, done):
        done.faults.append(f"{fault}没有添加。")
        return
    done.added.append(one)
    done.lines.append(f"{one.unit}：已添加{KINDS[one.kind]}“{one.value}”，从下一封来信起按这个单位对待。")


def drop(act: Act, case: Case, done: Done) -> None:
    one = added_of(act.about, act.text)
    if one not in case.rules.roster.added or one in done.dropped:
        done.faults.append(f"{one.unit}没有添加过“{one.value}”，没有改动；名册文件里的由管理员修改。")
        return
    done.dropped.append(one)
    done.lines.append(f"{one.unit}：已去掉{KINDS[one.kind]}“{one.value}”，从下一封来信起不再按这个单位对待。")


def why_not(one: Added, case: Case, done: Done) -> str:
    """Empty where it can be added."""
    roster = case.rules.roster
    if roster.unit(one.unit) is None:
        return f"名册中没有“{one.unit}”，"
    if fault := unfit(one, case):
        return fault
    owners = [unit.name for unit in roster.owners(one.kind, one.value)]
    owners += [other.unit for other in (*roster.added, *done.added) if other.value == one.value]
    if others := [name for name in dict.fromkeys(owners) if name != one.unit]:
        return f"“{one.value}”已是“{'、'.join(others[:SHOWN])}”的{KINDS[one.kind] if one.kind == 'address' else '名称或别名'}，"
    if owners:
        return f"“{one.value}”本来就认作“{one.unit}”，"
    meant = roster.by_name(one.value) if one.kind == "alias" else []
    if len(meant) > 1:
        return f"“{one.value}”可能指{'、'.join(match.unit.name for match in meant[:SHOWN])}几个单位，"
    return ""


def unfit(one: Added, case: Case) -> str:
    """Why this can be no unit's own name or address."""
    if one.kind == "address":
        if not ADDRESS.fullmatch(one.value) or len(one.value) > LONGEST_ADDRESS:
            return f"“{one.value}”不是一个邮箱地址，请写成 name@126.com，"
        office = {comparable_address(address) for address in (*case.rules.own, *case.rules.coordinators)}
        return f"“{one.value}”是本办公室自己的邮箱，" if one.value in office else ""
    if not 2 <= len(one.value) <= LONGEST_ALIAS or is_no_name(one.value) or len(several(one.value)) != 1:
        return f"“{one.value}”不是一个单位的名称，请写一个名称（2至{LONGEST_ALIAS}个字），"
    return ""
