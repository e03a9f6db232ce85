"""The sample mails of the demo, made at run time, each as a unit (or a robot) would send it.

All persons, numbers and addresses are invented.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.cli.demo.forms import event_picture, filled_docx, filled_xlsx, photographed, report_docx, typed
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.model import Kind

ZONE = ZoneInfo("Asia/Shanghai")
ADDRESS = "kepu@example.com"
COORDINATOR = "coordinator@example.gov.cn"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
File = tuple[str, str, bytes]  # name, content type, bytes


class Answered(Struct, frozen=True):
    """The bot's last answer to an address, as far as a sender sees it: for mails that reply to it."""

    message_id: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail: *what* it shows, its sender, and how to make it once the bot's earlier answer to that sender is known."""

    what: str
    sender: str
    build: Callable[[datetime, Answered], bytes | None] = field(repr=False)


class Day(Struct, frozen=True):
    """What comes in before one cycle at *at*."""

    at: datetime
    samples: tuple[Sample, ...] = ()


def moment(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2023, month, day, hour, minute, tzinfo=ZONE)


def letter(
    sender: str, name: str, subject: str, text: str, files: Sequence[File] = (), extra: Sequence[tuple[str, str]] = ()
) -> Callable[[datetime, Answered], bytes]:
    """An ordinary mail of today's programs."""

    def build(at: datetime, answered: Answered) -> bytes:
        message = headed(sender, name, subject, at)
        for header, value in extra:
            message[header] = value
        message.set_content(text)
        for file_name, content_type, data in files:
            main, _, sub = content_type.partition("/")
            message.add_attachment(data, maintype=main, subtype=sub, filename=file_name)
        return message.as_bytes()

    return build


def headed(sender: str, name: str, subject: str, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{Header(name, 'utf-8').encode()} <{sender}>"
    message["To"] = ADDRESS
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{at:%Y%m%d%H%M}.{sender.partition('@')[0]}@{sender.partition('@')[2]}>"
    return message


def answer_to_bot(sender: str, name: str, text: str, files: Sequence[File]) -> Callable[[datetime, Answered], bytes]:
    """A reply to what the bot wrote, as «直接回复本邮件» asks for."""

    def build(at: datetime, answered: Answered) -> bytes:
        thread = [("In-Reply-To", answered.message_id), ("References", answered.message_id)]
        subject = f"回复：{answered.subject}" if answered.subject else "补正后的申报表"
        return letter(sender, name, subject, text, files, thread if answered.message_id else ())(at, answered)

    return build


def gbk_letter(sender: str, subject: str, text: str, file: File) -> Callable[[datetime, Answered], bytes]:
    """An old office system: subject and file name in raw GBK bytes, no encoded words, body labelled gb2312."""

    def build(at: datetime, answered: Answered) -> bytes:
        name, content_type, data = file
        plain = letter(sender, "office", "SUBJECT", "TEXT", [("NAME", content_type, data)])(at, answered)
        text_part = b"Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: 8bit\n\n" + text.encode(
            "gbk"
        )
        head, _, rest = plain.partition(b"\n\n")
        body = rest.partition(b"TEXT\n")
        opening = body[0].rpartition(b"Content-Type: text/plain")[0]
        raw = head + b"\n\n" + opening + text_part + b"\n" + body[2]
        return raw.replace(b"SUBJECT", subject.encode("gbk")).replace(
            b'filename="NAME"', b'filename="' + name.encode("gbk") + b'"'
        )

    return build


def zip_with_chinese_names(files: Sequence[File]) -> bytes:
    """A ZIP as older Windows programs make it: member names in GBK without the UTF-8 flag."""
    out = io.BytesIO()
    stand_ins = [
        (f"{number:02d}" + "_" * (len(name.encode("gbk")) - 2), name) for number, (name, _, _) in enumerate(files)
    ]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for (stand_in, _), (_, _, data) in zip(stand_ins, files, strict=True):
            archive.writestr(stand_in, data)
    raw = out.getvalue()
    for stand_in, name in stand_ins:
        raw = raw.replace(stand_in.encode(), name.encode("gbk"))
    return raw


def activity(name: str, unit: str, person: str, phone: str, when: str, venue: str, **more: Any) -> dict[str, Any]:
    """A whole registration; *more* replaces single values."""
    whole: dict[str, Any] = {
        "reporting_unit": unit,
        "report_date": date(2023, 8, 22),
        "activity_name": name,
        "host_unit": unit,
        "undertaking_unit": unit,
        "contact_person": person,
        "phone": phone,
        "mobile": "13900000000",
        "email": "office@example.com",
        "activity_time": when,
        "venue": venue,
        "activity_types": ("展览展示", "互动体验"),
        "audiences": ("青少年", "老年人"),
        "expected_public": 500,
        "staff_count": 20,
        "content": "1.开幕仪式；\n2.科普展板巡展；\n3.机器人互动体验和专家讲座。",
    }
    return whole | more


def days(definitions: Definitions) -> tuple[Day, ...]:
    """The whole story in its order."""
    form, table = of_kind(definitions, Kind.REGISTRATION), of_kind(definitions, Kind.SUMMARY)
    robots = activity(
        "机器人科普体验日", "晋江市科学技术协会", "庄晓东", "0595-22000001", "2023年9月17日", "晋江市科技馆一楼大厅"
    )
    sea = activity("海洋科普图片展", "石狮市科学技术协会", "林小海", "0595-22000002", "9月18日至20日", "石狮市图书馆", mobile="1390000", audiences=(), expected_public=None)  # fmt: skip
    sea_fixed = sea | {"mobile": "13900000002", "audiences": ("青少年",), "expected_public": 800}
    tea = activity("茶叶栽培技术咨询", "南安市科学技术协会", "黄小茶", "0595-22000003", "2023.9.19", "南安市人民广场", activity_types=("现场咨询", "科普宣传"), audiences=("农民",))  # fmt: skip
    stars = activity("天文观测夜", "惠安县科学技术协会", "陈小星", "0595-22000004", "9月22日晚", "惠安县体育中心")
    iron = activity("藤铁工艺里的科学", "安溪县科学技术协会", "苏小铁", "0595-22000005", "9月17日-23日", "安溪县文化馆")
    quake = activity("防震减灾应急演练", "安溪县科学技术协会", "苏小铁", "0595-22000005", "2023年9月20日上午", "安溪县实验小学", activity_types=("互动体验", "其他：应急演练"))  # fmt: skip
    citrus = activity("芦柑病虫害防治讲座", "永春县科学技术协会", "颜小柑", "0595-22000006", "2023年9月21日", "永春县五里街镇", audiences=("农民",))  # fmt: skip
    weather = activity("气象科普开放日", "泉州市气象局", "周小云", "0595-22000007", "2023年9月17日", "泉州市气象台", audiences=("青少年",), content="参观气象观测站，听天气预报讲座。")  # fmt: skip
    pottery = activity(
        "陶瓷材料科普展", "德化县科学技术协会", "郑小瓷", "0595-22000008", "2023年9月23日", "德化县陶瓷博物馆"
    )

    def word(values: dict[str, Any], name: str = "") -> File:
        return (name or f"{values['activity_name']}申报表.docx", DOCX, filled_docx(form, values))

    jinjiang, shishi = "kx@jinjiang.example.com", "bgs@shishi.example.com"
    rows = [tea | {"units": tea["host_unit"]}, {**tea, "activity_name": "科普大集", "activity_time": "9月23日", "units": "南安市科学技术协会"}]  # fmt: skip
    summary = ("南安市重点活动汇总表.xlsx", XLSX, filled_xlsx(table, "南安市科学技术协会", rows))

    return (
        Day(
            moment(8, 23, 9, 10),
            (
                Sample("填写完整的 Word 申报表", jinjiang, letter(jinjiang, "庄晓东", "晋江市申报表", "您好，报送申报表一份。", [word(robots)])),
                Sample("漏填、错填的申报表", shishi, letter(shishi, "林小海", "石狮科协报送材料", "见附件", [word(sea)])),
                Sample("只来信询问，没有附件", "teacher@school.example.com", letter("teacher@school.example.com", "李老师", "请问申报表在哪里下载", "您好，请问申报表在哪里下载？")),
                Sample("假期自动回复", "someone@qq.example.com", letter("someone@qq.example.com", "某某", "自动回复: 关于举办2023年全国科普日活动的通知", "这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假中，无法亲自回复您的邮件。")),
            ),
        ),
        Day(
            moment(8, 25, 10, 0),
            (
                Sample("Word 申报表和 Excel 汇总表", "nakx@example.com", letter("nakx@example.com", "黄小茶", "南安市科协申报表及汇总表", "各一份，请查收。", [word(tea), summary])),
                Sample("旧系统发出：主题和文件名是未编码的 GBK", "hakx@example.com", gbk_letter("hakx@example.com", "惠安县科协报送申报表", "请查收附件。", word(stars, "惠安申报表.docx"))),
                Sample("同一活动改了时间再报（第2版）", jinjiang, answer_to_bot(jinjiang, "庄晓东", "时间有调整，请以本表为准。", [word(robots | {"activity_time": "2023年9月18日"}, "申报表（修改）.docx")])),
                Sample("压缩包，内有两份申报表", "axkx@example.com", letter("axkx@example.com", "苏小铁", "安溪县科协报送", "见压缩包。", [("报送材料.zip", "application/zip", zip_with_chinese_names([word(iron), word(quake)]))])),
            ),
        ),
        Day(
            moment(8, 28, 9, 30),
            (
                Sample("按答复补正后，直接回信", shishi, answer_to_bot(shishi, "林小海", "已补正，请查收。", [word(sea_fixed, "申报表（补正）.docx")])),
                Sample("同样的表又发了一遍", jinjiang, letter(jinjiang, "庄晓东", "晋江市申报表（再发一次）", "怕没收到，再发一次。", [word(robots | {"activity_time": "2023年9月18日"})])),
                Sample("没有附件，表格打在正文里", "yckx@example.com", letter("yckx@example.com", "颜小柑", "永春县申报", f"您好：\n{form.title}\n{typed(form, citrus)}\n")),
                Sample("手机拍的纸质表", "qxj@example.com", with_photo("qxj@example.com", "周小云", "气象局申报表", form, weather)),
                Sample("网盘链接代替附件", "dhkx@example.com", cloud_letter("dhkx@example.com", "郑小瓷", "德化县申报材料")),
                Sample("系统退信", "postmaster@126.example.com", bounce),
            ),
        ),
        Day(moment(8, 29, 9, 10), (Sample("工作人员来信查询缺报单位", COORDINATOR, command("缺报")),)),
        Day(moment(8, 30, 9, 10), (Sample("别的邮箱要改惠安县的活动（待核实）", "stranger@qq.example.com", letter("stranger@qq.example.com", "某人", "惠安县申报表更改", "活动时间改了，以此为准。", [word(stars | {"activity_time": "9月25日晚"})])),)),
        Day(moment(8, 31, 9, 10), (Sample("截止之后才报的申报表", "dhkx@example.com", letter("dhkx@example.com", "郑小瓷", "德化县申报表", "抱歉迟了，请查收。", [word(pottery)])),)),
        Day(moment(9, 27, 9, 10), (Sample("活动总结材料和图片", jinjiang, letter(jinjiang, "庄晓东", "晋江市活动总结", "总结及图片见附件。", summary_files())),)),
        Day(moment(9, 30, 9, 10)),
        Day(moment(10, 1, 9, 10)),
    )  # fmt: skip


def of_kind(definitions: Definitions, kind: Kind) -> FormDefinition:
    found = definitions.of_kind(kind)
    if found is None:
        raise LookupError(kind)
    return found


def with_photo(
    sender: str, name: str, subject: str, form: FormDefinition, values: dict[str, Any]
) -> Callable[[datetime, Answered], bytes | None]:
    def build(at: datetime, answered: Answered) -> bytes | None:
        photo = photographed(form, values)
        if photo is None:
            return None
        return letter(sender, name, subject, "表格拍照发来，请查收。", [("IMG_20230828.jpg", "image/jpeg", photo)])(
            at, answered
        )

    return build


def cloud_letter(sender: str, name: str, subject: str) -> Callable[[datetime, Answered], bytes]:
    """An «oversized attachment» of a web mailer: only a link, the file itself is not in the mail."""

    def build(at: datetime, answered: Answered) -> bytes:
        message = headed(sender, name, subject, at)
        message.set_content("申报材料见超大附件。")
        link = "https://mail.163.com/large-attachment-download/index.html?p=X&file=demo"
        message.add_alternative(
            f'<p>申报材料见超大附件。</p><div id="divNeteaseBigAttach"><p>从网易163邮箱发来的超大附件</p>'
            f'<a href="{link}" download="{link}" filename="德化县申报材料.zip">德化县申报材料.zip</a>'
            f"（60.57M, 2023年9月12日 19:39 到期）</div>",
            subtype="html",
        )
        return message.as_bytes()

    return build


def bounce(at: datetime, answered: Answered) -> bytes:
    """What a provider sends back when a mail cannot be delivered."""
    text = "抱歉，您的邮件被退回来了……\n原邮件信息：收件人 gone@example.com\n退信原因：收件人不存在\nThis message is generated by Coremail."
    return letter("postmaster@126.example.com", "Postmaster", "系统退信/The email is returned", text)(at, answered)


def command(text: str) -> Callable[[datetime, Answered], bytes]:
    """A coordinator asks the bot by mail; the receiving server vouches for the sender."""
    own = ADDRESS.partition("@")[2]
    vouched = f"{own}; dmarc=pass header.from={COORDINATOR.partition('@')[2]}"
    return letter(COORDINATOR, "工作人员", text, text, extra=[("Authentication-Results", vouched)])


def summary_files() -> list[File]:
    text = [
        "晋江市科学技术协会按照通知要求，精心组织科普日活动，现将有关情况总结如下。",
        "一、基本情况。9月18日在晋江市科技馆举办“机器人科普体验日”活动，参与群众620人次，工作人员25人，累计发放科普资料1200份。",
        "二、主要做法。一是广泛发动学校和社区参与；二是组织科技志愿者现场讲解；三是线上直播扩大覆盖面。",
        "三、活动成效。活动受到了群众的欢迎，取得了良好的社会效果，圆满完成各项任务。",
    ]
    report = report_docx("晋江市科协2023年全国科普日活动总结", text, [event_picture("#2a6f97")])
    return [
        ("晋江市科协科普日活动总结.docx", DOCX, report),
        ("活动照片1.jpg", "image/jpeg", event_picture("#52796f")),
    ]
