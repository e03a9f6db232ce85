"""The roster as people keep it: a workbook with one unit a line, columns by heading in any order; or TOML tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bot.base import expressions as re
from bot.base.domains import comparable, comparable_address
from bot.base.errors import ConfigError, cause
from bot.base.text import squeeze, tidy

if TYPE_CHECKING:  # the worker knows nothing of the settings
    from bot.base.settings import Settings

# fmt: off
# Domains where anybody can have an address: they say nothing about the unit.
FREE_MAIL = frozenset((
    "126.com", "163.com", "yeah.net", "vip.126.com", "vip.163.com", "188.com", "qq.com", "vip.qq.com", "foxmail.com",
    "sina.com", "sina.cn", "sina.com.cn", "vip.sina.com", "vip.sina.cn", "sohu.com", "vip.sohu.com", "tom.com",
    "139.com", "189.cn", "wo.cn", "wo.com.cn", "21cn.com", "aliyun.com", "263.net", "chinaren.com", "sogou.com",
    "eyou.com", "2980.com", "88.com", "111.com", "hainan.net", "gmail.com", "googlemail.com", "outlook.com",
    "outlook.cn", "hotmail.com", "live.com", "live.cn", "msn.com", "msn.cn", "yahoo.com", "yahoo.cn", "yahoo.com.cn",
    "icloud.com", "me.com", "proton.me", "protonmail.com", "gmx.com", "mail.com", "zoho.com", "zoho.com.cn",
    "feishu.cn", "dingtalk.com",
))
# fmt: on
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("单位名称", "单位", "名称", "填报单位", "成员单位", "报送单位", "单位全称", "全称", "name", "unit"),
    "aliases": ("简称", "别名", "曾用名", "其他名称", "又名", "原名", "aliases", "alias"),
    "emails": ("邮箱", "电子邮箱", "邮箱地址", "电子邮件", "邮件地址", "邮件", "email", "e-mail", "emails"),
    "domains": ("域名", "邮箱域名", "单位域名", "domains", "domain"),
    "group": ("分组", "类别", "组别", "单位类别", "单位类型", "类型", "group"),
    "parent": ("上级", "上级单位", "所属", "所属单位", "主管单位", "主管部门", "所属县区", "parent"),
    "phones": (
        "电话",
        "联系电话",
        "手机",
        "手机号",
        "手机号码",
        "移动电话",
        "固定电话",
        "办公电话",
        "联系方式",
        "phones",
        "phone",
    ),
    "contact": ("联系人", "联络员", "联络人", "经办人", "联系人姓名", "姓名", "contact"),
    "expected": ("应报数", "应报", "应报项数", "应报活动数", "预计报送数", "任务数", "预期", "expected"),
}
HEADING_ROWS = 20
MAX_ROWS = 20_000
LIST = re.compile(r"[、，,;；\n/|]+")
ADDRESS = re.compile(r"[^\s@<>,;，；、]+@[^\s@<>,;，；、]+\.[^\s@<>,;，；、]+")
DOMAIN = re.compile(
    r"(?:[a-z0-9\u4e00-\u9fff](?:[a-z0-9\u4e00-\u9fff-]*[a-z0-9\u4e00-\u9fff])?\.)+[a-z\u4e00-\u9fff]{2,}",
    re.IGNORECASE,
)
TOO_WIDE = frozenset(("gov.cn", "com.cn", "edu.cn", "org.cn", "net.cn", "ac.cn", "fj.cn", "fj.gov.cn", "fjedu.gov.cn"))
SECTION = re.compile(r"^[（(]?[一二三四五六七八九十]+[）)、.．]\s*(.+)$")


class RosterUnit(Struct, frozen=True):
    """One unit expected to report ``expected`` activities or more. ``place`` says where it is listed, for messages."""

    name: str
    aliases: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    group: str = ""
    parent: str = ""
    phones: tuple[str, ...] = ()
    contact: str = ""
    expected: int = 1
    place: str = ""


def units_of_settings(settings: Settings) -> tuple[RosterUnit, ...]:
    return tuple(
        RosterUnit(
            name=tidy(unit.name),
            aliases=unit.aliases,
            emails=unit.emails,
            domains=unit.domains,
            group=unit.group,
            parent=unit.parent,
            phones=unit.phones,
            contact=unit.contact,
            expected=unit.expected,
            place=f"[[unit]] #{number}",
        )
        for number, unit in enumerate(settings.unit, 1)
    )


def read_roster_file(path: Path) -> tuple[tuple[RosterUnit, ...], list[str]]:
    """The units of a workbook, and one line per finding (``units.xlsx: 工作表“名单” C5: …; …``).

    The first line with a heading for the name begins the table, on every sheet that has one; other sheets and columns
    are ignored. A line such as «一、县（市、区）» gives the group of the lines below it where no column does.
    """
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return (), [f"{path.name}: [roster] file: 只能读 .xlsx; 在 Excel 或 WPS 里另存为 .xlsx"]
    try:
        from openpyxl import load_workbook

        book = load_workbook(path, data_only=True)
    except FileNotFoundError:
        return (), [f"{path.name}: [roster] file: 找不到文件 {path}; 复制 units.example.xlsx 后填写，或改正路径"]
    except Exception as error:  # openpyxl raises whatever zipfile, its XML parser and its own checks raise
        why = cause(error) if isinstance(error, OSError) else "不是 .xlsx，或者已损坏、加了密码"
        return (), [f"{path.name}: [roster] file: 打不开（{why}）; 确认是未加密的 .xlsx 工作簿，必要时另存一次"]
    units: list[RosterUnit] = []
    findings: list[str] = []
    with_table = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        grid = filled_grid(sheet)
        head = next((r for r, row in enumerate(grid[:HEADING_ROWS]) if "name" in headings_of(row).values()), None)
        if head is None:
            continue
        with_table += 1
        reader = SheetReader(path.name, sheet.title, headings_of(grid[head]), findings)
        units += reader.read(grid, head + 1)
    if not with_table:
        findings.append(
            f"{path.name}: [roster] file: 没有“单位名称”一列; 表头写 {'、'.join(h[0] for h in HEADINGS.values())}"
        )
    elif not units and not findings:
        findings.append(f"{path.name}: [roster] file: 表头下面没有任何单位; 每行填写一个单位")
    return tuple(units), findings


def filled_grid(sheet: Any) -> list[list[Any]]:
    """The cells' values, those of a merged range in each of its cells."""
    grid = [list(row) for row in sheet.iter_rows(max_row=min(sheet.max_row or 1, MAX_ROWS), values_only=True)]
    for merged in sheet.merged_cells.ranges:
        if merged.max_col > merged.min_col:
            continue  # titles; only a group written once beside its units is repeated
        for row in range(merged.min_row, min(merged.max_row, len(grid))):
            grid[row][merged.min_col - 1] = grid[merged.min_row - 1][merged.min_col - 1]
    return grid


def headings_of(row: Sequence[Any]) -> dict[int, str]:
    """Column -> key for a row of headings; remarks in brackets («邮箱（可多个）») do not matter."""
    known = {squeeze(heading): key for key, headings in HEADINGS.items() for heading in headings}
    found: dict[int, str] = {}
    for column, value in enumerate(row):
        heading = re.sub(r"\(.*?\)|[*:]", "", squeeze(str(value))) if value is not None else ""
        key = known.get(heading)
        if key and (key in ("phones", "emails", "aliases") or key not in found.values()):
            found[column] = key
    # A lone «单位名称» with a sentence beside it explains the column; headings are short.
    short = all(len(str(value).strip()) <= 12 for value in row if value is not None)
    return found if len(found) > 1 or short else {}


class SheetReader(Struct, frozen=True):
    """Reads the lines below the headings of one sheet; what is wrong is added to ``findings``."""

    file: str
    sheet: str
    columns: dict[int, str]
    findings: list[str]

    def read(self, grid: Sequence[Sequence[Any]], start: int) -> list[RosterUnit]:
        units: list[RosterUnit] = []
        section = ""
        for number, row in enumerate(grid[start:], start + 1):
            texts = {column: cell_text(row[column]) for column in self.columns if column < len(row)}
            others = [cell_text(value) for column, value in enumerate(row) if column not in texts]
            if not any(texts.values()):
                if heading := next((SECTION.match(text) for text in others if SECTION.match(text)), None):
                    section = heading[1]
                continue
            if sum(map(bool, texts.values())) == 1 and (heading := SECTION.match(next(filter(None, texts.values())))):
                section = heading[1]
                continue
            if unit := self.unit(texts, number, section):
                units.append(unit)
        return units

    def unit(self, texts: dict[int, str], row: int, section: str) -> RosterUnit | None:
        values: dict[str, str] = {}
        for column, key in self.columns.items():
            values[key] = "、".join(filter(None, (values.get(key, ""), texts.get(column, ""))))
        name = tidy(values["name"])
        if re.fullmatch(r"合计|总计|小计|……?|备注.*|注[:：].*|说明[:：].*", name):
            return None
        if not name:
            self.complain("name", row, "没有单位名称", "补上单位名称，或删去这一行")
            return None
        if len(name) > 100:
            self.complain("name", row, "单位名称过长", "只写单位全称")
            return None
        emails = tuple(
            comparable_address(part.removeprefix("mailto:")) for part in split_list(values.get("emails", ""))
        )
        for wrong in [part for part in emails if not ADDRESS.fullmatch(part)]:
            self.complain("emails", row, f"“{wrong}”不是邮箱地址", "写成 name@126.com，多个用、隔开")
        domains = tuple(comparable(part.lstrip("@")) for part in split_list(values.get("domains", "")))
        for wrong in [part for part in domains if not DOMAIN.fullmatch(part)]:
            self.complain("domains", row, f"“{wrong}”不是域名", "写成 jinjiang.gov.cn，不带 @")
        expected = values.get("expected", "").removesuffix("项").removesuffix("个").strip()
        if expected and not re.fullmatch(r"\d{1,4}", expected):
            self.complain("expected", row, f"“{expected}”不是项数", "写成整数，例如 1；不要求报送写 0")
            expected = ""
        return RosterUnit(
            name=name,
            aliases=split_list(values.get("aliases", "")),
            emails=emails,
            domains=domains,
            group=tidy(values.get("group", "")) or section,
            parent=tidy(values.get("parent", "")),
            phones=split_list(values.get("phones", "")),
            contact=tidy(values.get("contact", "")),
            expected=int(expected) if expected else 1,
            place=f"工作表“{self.sheet}” 第{row}行",
        )

    def complain(self, key: str, row: int, what: str, instead: str) -> None:
        from openpyxl.utils import get_column_letter

        column = next((c for c, k in self.columns.items() if k == key), 0)
        self.findings.append(
            f"{self.file}: 工作表“{self.sheet}” {get_column_letter(column + 1)}{row}: {what}; {instead}"
        )


def cell_text(value: Any) -> str:
    """A cell as text: numbers without ``.0`` and exponent (a phone typed as a number)."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def split_list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in LIST.split(text) if part.strip()))


def whole_or_error(
    from_file: Iterable[RosterUnit], from_tables: Iterable[RosterUnit], findings: list[str]
) -> tuple[RosterUnit, ...]:
    """Both lists as one, tables replacing lines of the same name; ConfigError with all findings where two units share a
    name or an alias, or a domain says nothing."""
    units: dict[str, RosterUnit] = {}
    for source in (tuple(from_file), tuple(from_tables)):
        seen: dict[str, RosterUnit] = {}
        for unit in source:
            key = squeeze(unit.name)
            if key in seen:
                findings.append(f"名单 {unit.place}: 单位“{unit.name}”与{seen[key].place}重复; 删去其中一行")
            else:
                seen[key] = units[key] = unit
    owner: dict[str, RosterUnit] = {}
    for unit in units.values():
        for alias in {squeeze(alias): alias for alias in (unit.name, *unit.aliases)}.values():
            other = owner.setdefault(squeeze(alias), unit)
            if other is not unit:
                findings.append(f"名单 {unit.place}: “{alias}”同时是“{other.name}”的名称或简称; 只留给其中一个单位")
        for domain in unit.domains:
            if domain in FREE_MAIL or domain in TOO_WIDE:
                findings.append(f"名单 {unit.place}: 域名“{domain}”不是某一个单位独有的; 删去，改填邮箱地址")
    if findings:
        raise ConfigError("\n".join(findings))
    return tuple(units.values())
