"""Why something waits for a person: the codes of ``review``, and how they are called in digests, workbooks and lists."""

from __future__ import annotations

REASONS = {
    "held": "更新待核实",
    "unconfirmed": "更新待单位确认",
    "withdrawal": "撤回待核实",
    "unit": "单位更正待核实",
    "unknown_unit": "单位未确定",
    "sender": "来信地址待留意",
    "no_form": "未见表格",
    "words": "回信待阅",
    "cloud_link": "下载链接",
    "bounced": "回信被退",
    "failed": "处理失败",
    "pictures": "活动图片",
    "unfinished": "附件未读完",
    "not_answered": "未自动回复",
    "unreadable": "文件打不开",
    "blank": "空白表",
    "program": "经系统发来",
    "unheeded": "指令未执行",
    "found_in_spam": "垃圾邮件文件夹",
}


def reason_label(code: str) -> str:
    return REASONS.get(code, "待查看")
