"""说明.txt of the package: what is in it, and what the one who passes it on must know."""

from __future__ import annotations

from collections.abc import Sequence

from bot.digest.model import Figures
from bot.forms.definitions import Definitions
from bot.forms.model import Kind


def notes(found: Figures, campaign: str, definitions: Definitions, *, forms: int, lost: Sequence[str]) -> str:
    """The text with ``\\n`` line ends. *forms* is the number of original files, *lost* names those no longer on disk."""
    main = definitions.of_kind(Kind.REGISTRATION)
    form = main.label if main else "申报表"
    table = definitions.called(Kind.SUMMARY)
    alone = len(found.activities) - found.registrations
    reports = sum(one.kind is Kind.REPORT for one in found.forms)
    counted = [f"{label} {total}" for label, total in found.sums]
    counted += [f"活动总结 {reports} 份"] if reports or found.wants_reports else []
    only = f"，只在{table}中 {alone} 项" if alone else ""
    lines = [
        f"{campaign} 上报材料",
        f"导出时间：{found.now:%Y年%m月%d日 %H:%M}",
        "",
        "，".join((f"活动 {len(found.activities)} 项（有{form} {found.registrations} 项{only}）", *counted)) + "。",
        f"已报 {found.units_words}。",
        "",
        "文件说明",
        *([f"  …{table}.xlsx、.docx　全部活动，按通知的{table}格式"] if table else []),
        f"  登记明细.xlsx　　　　全部{form}的各栏内容",
        "  活动日历.ics　　　　 有确定日期的活动，可导入日历",
        f"  {form}/　　　　　　　按通知的表格重新排印的{form}，每项活动一份",
        f"  原件/　　　　　　　　各单位报送的原文件（按单位、活动存放，连同活动总结共 {forms} 个）",
        *(["  活动总结/　　　　　　活动总结原件、图片和新闻链接"] if reports or found.wants_reports else []),
        "  清单.txt　　　　　　 以上文件及其 SHA-256 校验值",
        "",
        f"同一{form}有多个版本的，只收最后一版；已撤回、不采用和待核实的不在内。",
    ]
    lines += block(
        "尚待单位补正（已列入汇总，请留意）", [f"{form.ref} {form.unit} {form.title}" for form in found.open_forms]
    )
    lines += block("逾期报送", [f"{form.ref} {form.unit} {form.title}（逾期{form.days}天）" for form in found.late])
    lines += block(
        "可能是几个单位报了同一项活动",
        ["；".join(f"{a.ref} {a.unit} {a.name}" for a in one.activities) for one in found.duplicates if one.is_likely],
    )
    lines += block("尚未报送的单位", [state.unit.name for state in found.missing])
    lines += block("原文件已不在磁盘上", lost)
    return "\n".join(lines) + "\n"


def block(title: str, entries: Sequence[str]) -> list[str]:
    return ["", f"{title}（{len(entries)}）", *(f"  {entry}" for entry in entries)] if entries else []
