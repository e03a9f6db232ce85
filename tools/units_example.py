"""Writes units.example.xlsx: the units that the notice addresses, ready to be completed by an office.

Run from the top folder: ``python tools/units_example.py [PATH]``. Contacts and addresses are invented.
"""

from __future__ import annotations

import sys
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

HEADINGS = (
    "序号",
    "单位名称",
    "分组",
    "简称（可多个）",
    "联系人",
    "联系电话",
    "电子邮箱（可多个）",
    "邮箱域名",
    "上级单位",
    "应报数",
    "备注",
)
WIDTHS = (6, 34, 14, 34, 10, 18, 30, 20, 22, 8, 24)
COUNTY, MEMBER, OTHER = "县（市、区）", "成员单位", "其他"
COUNTIES = {
    "鲤城区科学技术协会": "",
    "丰泽区科学技术协会": "",
    "洛江区科学技术协会": "",
    "泉港区科学技术协会": "",
    "石狮市科学技术协会": "",
    "晋江市科学技术协会": "",
    "南安市科学技术协会": "",
    "惠安县科学技术协会": "",
    "安溪县科学技术协会": "",
    "永春县科学技术协会": "",
    "德化县科学技术协会": "",
    "泉州经济技术开发区科学技术协会": "泉州开发区科协、开发区科协、开发区",
    "泉州台商投资区科学技术协会": "台商投资区科协、台商区科协、台商投资区",
}
MEMBERS = {
    "中共泉州市委组织部": "市委组织部",
    "中共泉州市委宣传部": "市委宣传部",
    "中共泉州市委网信办": "市委网信办、市网信办",
    "中共泉州市委党校": "市委党校、泉州市委党校、泉州市行政学院",
    "泉州市发展和改革委员会": "市发改委",
    "泉州市教育局": "市教育局",
    "泉州市科学技术局": "市科技局",
    "泉州市工业和信息化局": "市工信局",
    "泉州市民族与宗教事务局": "市民宗局",
    "泉州市民政局": "市民政局",
    "泉州市财政局": "市财政局",
    "泉州市人力资源和社会保障局": "市人社局",
    "泉州市自然资源和规划局": "市资源规划局、市自然资源局、泉州市资源规划局",
    "泉州市生态环境局": "市生态环境局、泉州市环保局",
    "泉州市水利局": "市水利局",
    "泉州市农业农村局": "市农业农村局",
    "泉州市文化广电和旅游局": "市文旅局",
    "泉州市卫生健康委员会": "市卫健委",
    "泉州市应急管理局": "市应急局",
    "泉州市市场监督管理局": "市市场监管局、市市监局",
    "泉州市林业局": "市林业局",
    "泉州市海洋与渔业局": "市海洋渔业局",
    "泉州市城市管理局": "市城管局",
    "泉州市气象局": "市气象局",
    "泉州市地震局": "市地震局",
    "泉州市消防救援支队": "市消防救援支队、市消防支队",
    "泉州市总工会": "市总工会",
    "共青团泉州市委员会": "团市委、共青团泉州市委、泉州团市委",
    "泉州市妇女联合会": "市妇联",
    "泉州市社会科学界联合会": "市社科联",
    "泉州市工商业联合会": "市工商联",
    "泉州广播电视台": "市广播电视台、泉州市广播电视台",
    "泉州晚报社": "泉州晚报、泉州网",
}
OTHERS = {
    "泉州市科技馆": "市科技馆、泉州市科学技术馆",
    "泉州市青少年宫": "市青少年宫",
    "泉州市农业科学研究所": "市农科所",
    "华侨大学": "华大",
    "泉州师范学院": "泉州师院",
    "黎明职业大学": "黎明大学",
}
# Invented, so that the columns explain themselves.
CONTACTS = {
    "晋江市科学技术协会": ("庄晓东", "0595-22000001", "jjkx@example.com", ""),
    "安溪县科学技术协会": ("陈小明", "13900000000", "axkx@example.com、axkepu@example.com", ""),
    "泉州市教育局": ("林小红", "0595-22000002", "", "qzedu.example.com"),
}
HELP = (
    (
        "怎样填写",
        "一行一个单位；各列可以换顺序、可以删，只有“单位名称”一列不能少。改好后另存为 units.xlsx，并在 config.toml 写 [roster] file。",
    ),
    (
        "单位名称",
        "全称。汇总表、清单和统计都用这个名称。“科协”“科学技术协会”、省略“市/县/区”等写法会自动认出，不必写进简称。",
    ),
    ("简称", "其他叫法、曾用名，多个用、隔开。同一个叫法不能属于两个单位。"),
    ("电子邮箱", "单位常用的发件地址，多个用、隔开。表上没写单位时据此认出；催报提醒也发到这里。"),
    ("邮箱域名", "只在该域名为这个单位独有时填写，例如 qzedu.example.com；126.com、qq.com 等公共邮箱不能填。"),
    ("上级单位", "下属单位可填所属单位，仍单独统计。"),
    ("应报数", "至少应报几项，不填为 1；0 表示不要求报送（不计入缺报）。"),
)


def build() -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "单位名单"
    thin = Side(style="thin", color="BFBFBF")
    border = Border(thin, thin, thin, thin)
    for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True), 1):
        cell = sheet.cell(1, column, heading)
        cell.font = Font(name="宋体", bold=True)
        cell.fill = PatternFill("solid", fgColor="DDEBF7")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = border
        sheet.column_dimensions[cell.column_letter].width = width
    groups = ((COUNTY, COUNTIES), (MEMBER, MEMBERS), (OTHER, OTHERS))
    units = [(name, group, aliases) for group, names in groups for name, aliases in names.items()]
    for number, (name, group, aliases) in enumerate(units, 1):
        contact, phone, email, domain = CONTACTS.get(name, ("", "", "", ""))
        note = "示例联系方式，请改成实际的" if name in CONTACTS else ""
        values = (number, name, group, aliases, contact, phone, email, domain, "", 1, note)
        for column, value in enumerate(values, 1):
            cell = sheet.cell(number + 1, column, value)
            cell.font = Font(name="宋体")
            cell.border = border
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if HEADINGS[column - 1] == "联系电话":
                cell.number_format = "@"
    choice = DataValidation(
        type="list", formula1='"县（市、区）,成员单位,其他"', allow_blank=True, showErrorMessage=False
    )
    sheet.add_data_validation(choice)
    choice.add(f"C2:C{len(units) + 200}")
    for row in range(len(units) + 2, len(units) + 201):
        sheet.cell(row, 6).number_format = "@"
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:K{len(units) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    guide = book.create_sheet("填写说明")
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 14, 96
    for row, (what, how) in enumerate(HELP, 1):
        guide.cell(row, 1, what).font = Font(name="宋体", bold=True)
        guide.cell(row, 2, how).alignment = Alignment(wrap_text=True, vertical="top")
    return book


if __name__ == "__main__":
    build().save(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "units.example.xlsx")
