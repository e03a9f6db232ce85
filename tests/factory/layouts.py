"""The registration form and the summary table as units lay them out, filled with invented answers."""

from __future__ import annotations

from tests.factory.page import BOX, TICK, Area, Grid, Page

TYPES = ("展览展示", "互动体验", "现场咨询", "科普宣传", "科普表演")
AUDIENCES = ("青少年", "农民", "产业工人", "领导干部和公务员", "老年人")
HEADER = ("序号", "活动名称", "活动时间", "活动地点", "主（承）办单位", "联系人", "联系电话")
TITLE = "2023年泉州市全国科普日重点活动项目申报表"

ANSWERS: dict[str, str] = {
    "填报单位": "清源区科学技术协会",
    "填报日期": "2023年8月25日",
    "活动名称": "“科技之光”进校园暨科普大篷车巡展",
    "主办单位": "清源区科学技术协会、清源区教育局",
    "承办单位": "清源区实验小学",
    "联系人": "庄晓东",
    "联系电话": "0595-22000000",
    "移动电话": "13900000000",
    "电子邮箱": "zhuang@example.com",
    "活动时间": "2023年9月17日上午9:00-11:30",
    "活动地点": "清源区实验小学操场（东街1号）",
    "主要活动内容": "一、科普大篷车展品体验；\n二、机器人表演；\n三、应急救护现场教学，约2㎡展位10个。",
}
TICKED_TYPES = ("展览展示", "科普宣传")
TICKED_AUDIENCES = ("青少年", "老年人")


def options(labels: tuple[str, ...], ticked: tuple[str, ...], per_line: int = 3, other: str = "") -> str:
    """The list of boxes as printed, several on a line."""
    marks = [f"{TICK if label in ticked else BOX}{label}" for label in labels]
    marks.append(f"{TICK if other else BOX}其他（请注明）{other}")
    lines = [marks[at : at + per_line] for at in range(0, len(marks), per_line)]
    return "\n".join("     ".join(line) for line in lines)


def official(answers: dict[str, str] = ANSWERS) -> Page:
    """Attachment 1 of the notice."""
    rows = (
        (Area("活动名称"), Area(answers["活动名称"], cols=3)),
        (Area("主办单位"), Area(answers["主办单位"], cols=3)),
        (Area("承办单位"), Area(answers["承办单位"], cols=3)),
        (Area("联系人"), Area(answers["联系人"]), Area("联系电话"), Area(answers["联系电话"])),
        (Area("移动电话"), Area(answers["移动电话"]), Area("电子邮箱"), Area(answers["电子邮箱"])),
        (Area("活动时间"), Area(answers["活动时间"]), Area("活动地点"), Area(answers["活动地点"])),
        (Area("主要活动\n类型"), Area(options(TYPES, TICKED_TYPES), cols=3)),
        (Area("活动对象"), Area(options(AUDIENCES, TICKED_AUDIENCES), cols=3)),
        (Area("参与人数"), Area("预计公众参与活动人数 500 人，组织工作人员 30 人。", cols=3)),
        (Area("主要\n活动\n内容"), Area(answers["主要活动内容"], cols=3)),
    )
    return (
        "附件1",
        TITLE,
        f"填报单位：{answers['填报单位']}          填报日期：{answers['填报日期']}",
        Grid(rows, (1500, 3000, 1500, 3000)),
    )


def wps_grid(answers: dict[str, str] = ANSWERS) -> Page:
    """As after much merging and splitting in WPS: more grid columns than anyone sees, a label over two rows."""
    rows = (
        (Area("活动名称", cols=2), Area(answers["活动名称"], cols=5)),
        (Area("主办单位", cols=2), Area(answers["主办单位"], cols=5)),
        (Area("承办单位", cols=2), Area(answers["承办单位"], cols=5)),
        (
            Area("联系人", rows=2, cols=1),
            Area(answers["联系人"], rows=2, cols=2),
            Area("联系电话", cols=2),
            Area(answers["联系电话"], cols=2),
        ),
        (Area("移动电话", cols=1), Area(answers["移动电话"], cols=3)),
        (Area("电子邮箱", cols=3), Area(answers["电子邮箱"], cols=4)),
        (
            Area("活动时间", cols=2),
            Area(answers["活动时间"]),
            Area("活动地点", cols=2),
            Area(answers["活动地点"], cols=2),
        ),
        (Area("主要活动类型", cols=2), Area(options(TYPES, TICKED_TYPES, 2), cols=5)),
        (Area("活动对象", cols=2), Area(options(AUDIENCES, TICKED_AUDIENCES, 6), cols=5)),
        (Area("参与人数", cols=2), Area("预计公众参与活动人数500人，组织工作人员30人。", cols=5)),
        (Area("主要活动内容", cols=7),),
        (Area(answers["主要活动内容"], cols=7),),
    )
    return (
        TITLE,
        f"填报单位：{answers['填报单位']}",
        f"填报日期：{answers['填报日期']}",
        Grid(rows, (700, 800, 2000, 900, 600, 2000, 2000)),
    )


def retyped(answers: dict[str, str] = ANSWERS) -> Page:
    """Typed anew as a list of two columns, nothing merged."""
    rows = [(Area(label), Area(value)) for label, value in answers.items() if label != "主要活动内容"]
    rows += [
        (Area("主要活动类型"), Area(options(TYPES, TICKED_TYPES))),
        (Area("活动对象"), Area(options(AUDIENCES, TICKED_AUDIENCES))),
        (Area("参与人数"), Area("预计公众参与活动人数500人，组织工作人员30人")),
        (Area("主要活动内容"), Area(answers["主要活动内容"])),
    ]
    return (TITLE, Grid(tuple(rows), (2500, 6500)))


def one_cell(answers: dict[str, str] = ANSWERS) -> Page:
    """Label and value stand in one cell."""
    pairs = [("联系人", "联系电话"), ("移动电话", "电子邮箱"), ("活动时间", "活动地点")]
    rows: list[tuple[Area, ...]] = [
        (Area(f"{label}：{answers[label]}", cols=2),) for label in ("填报单位", "活动名称", "主办单位", "承办单位")
    ]
    rows += [tuple(Area(f"{label}：{answers[label]}") for label in pair) for pair in pairs]
    rows += [
        (Area(f"主要活动类型：{options(TYPES, TICKED_TYPES, 6)}", cols=2),),
        (Area(f"活动对象：{options(AUDIENCES, TICKED_AUDIENCES, 6)}", cols=2),),
        (Area("参与人数：预计公众参与活动人数500人，组织工作人员30人", cols=2),),
        (Area(f"主要活动内容：{answers['主要活动内容']}", cols=2),),
    ]
    return (TITLE, Grid(tuple(rows), (4500, 4500)))


def several(answers: dict[str, str] = ANSWERS) -> Page:
    """Two forms in one file."""
    second = {**answers, "活动名称": "老年人数字生活课堂", "活动时间": "9月20日-22日", "移动电话": "13800000000"}
    return (*official(answers), "", *official(second))


def summary() -> Page:
    """Attachment 2 with three activities, the last line unused."""
    entries = [
        ("1", ANSWERS["活动名称"], "9月17日", "实验小学", "区科协、实验小学", "庄晓东", "13900000000"),
        ("2", "老年人数字生活课堂", "9月20日-22日", "清源街道\n老年大学", "区老科协", "苏小梅", "0595-22000001"),
        ("3", "应急科普讲座", "2023年9月23日", "区图书馆", "区应急局", "柯南星", "22000002"),
        ("…", "", "", "", "", "", ""),
    ]
    rows = (tuple(Area(text) for text in HEADER), *(tuple(Area(text) for text in entry) for entry in entries))
    return (
        "附件2",
        "2023年泉州市全国科普日重点活动汇总表",
        f"填报单位（章）：{ANSWERS['填报单位']}",
        Grid(rows, (700, 2400, 1500, 1500, 1500, 900, 1500)),
    )


LAYOUTS = {
    "official": official,
    "wps_grid": wps_grid,
    "retyped": retyped,
    "one_cell": one_cell,
    "several": several,
    "summary": summary,
}
