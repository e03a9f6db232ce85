"""Documents for the tests, built block by block as a reader would give them."""

from __future__ import annotations

from bot.documents.model import Block, Cell, Document, Paragraph, Table


def grid(rows, name=""):
    """A table from rows of texts; a text may be ``(text, colspan)`` or ``(text, colspan, rowspan)``; None is a covered place."""
    cells = []
    for r, row in enumerate(rows):
        c = 0
        for item in row:
            if item is None:
                c += 1
                continue
            text, colspan, rowspan = (
                item
                if isinstance(item, tuple) and len(item) == 3
                else (*item, 1)
                if isinstance(item, tuple)
                else (item, 1, 1)
            )
            cells.append(Cell(r, c, text, rowspan, colspan))
            c += colspan
    return Table(tuple(cells), name)


def document(*blocks: Block | str, path="申报表.docx", **more) -> Document:
    made = tuple(Paragraph(block) if isinstance(block, str) else block for block in blocks)
    return Document(path=path, name=path.rsplit("/", 1)[-1], format=more.pop("format", "docx"), blocks=made, **more)


TYPES = "□展览展示    □互动体验    □现场咨询     □科普宣传 \n□科普表演    □其他（请注明）   "
AUDIENCES = "□青少年     □农民      □产业工人    □领导干部和公务员\n□老年人     □其他（请注明）"
COUNTS = "预计公众参与活动人数     人，组织工作人员     人。"
TITLE = "2023年泉州市全国科普日重点活动项目申报表"
HEAD = "填报单位：                           填报日期：   年  月  日"
SUMMARY_TITLE = "2023年泉州市全国科普日重点活动汇总表"
SUMMARY_HEAD = ["序号", "活动名称", "活动时间", "活动地点", "主（承）办单位", "联系人", "联系电话"]


def registration_table(
    name="",
    host="",
    undertaking="",
    person="",
    phone="",
    mobile="",
    email="",
    time="",
    venue="",
    types=TYPES,
    audiences=AUDIENCES,
    counts=COUNTS,
    content="",
):
    """The official form's table."""
    return grid(
        [
            ["活动名称", (name, 3)],
            ["主办单位", (host, 3)],
            ["承办单位", (undertaking, 3)],
            ["联系人", person, "联系电话", phone],
            ["移动电话", mobile, "电子邮箱", email],
            ["活动时间", time, "活动地点", venue],
            ["主要活动\n类型", (types, 3)],
            ["活动对象", (audiences, 3)],
            ["参与人数", (counts, 3)],
            ["主要\n活动\n内容", (content, 3)],
        ]
    )


FILLED = {
    "name": "科普进校园活动",
    "host": "晋江市科学技术协会",
    "undertaking": "晋江市第一中学",
    "person": "庄晓东",
    "phone": "0595-22000000",
    "mobile": "13900000000",
    "email": "kepu@example.com",
    "time": "2023年9月17日-23日",
    "venue": "晋江市科技馆一楼大厅",
    "types": TYPES.replace("□展览", "√展览").replace("□科普宣传", "√科普宣传"),
    "audiences": AUDIENCES.replace("□青", "☑青"),
    "counts": "预计公众参与活动人数 500 人，组织工作人员 20 人。",
    "content": "一、开展科普展览\n二、发放宣传资料",
}


def registration(head="填报单位：晋江市科学技术协会        填报日期：2023年8月28日", title=TITLE, **values):
    return ["附件1", title, head, registration_table(**{**FILLED, **values})]
