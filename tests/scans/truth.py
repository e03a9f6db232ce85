"""What a form says: made from a seed."""

from __future__ import annotations

import random
from datetime import date, timedelta

from msgspec import Struct

TYPES = ("展览展示", "互动体验", "现场咨询", "科普宣传", "科普表演", "其他")
AUDIENCES = ("青少年", "农民", "产业工人", "领导干部和公务员", "老年人", "其他")
_PLACES = ("晋江市", "石狮市", "南安市", "惠安县", "安溪县", "永春县", "德化县", "鲤城区", "丰泽区", "洛江区", "泉港区")
_TOWNS = (
    "陈埭镇",
    "灵秀镇",
    "水头镇",
    "崇武镇",
    "蓬壶镇",
    "浔中镇",
    "开元街道",
    "东海街道",
    "万安街道",
    "后龙镇",
    "梅山镇",
)
_BODIES = (
    "科学技术协会",
    "科技馆",
    "第三实验小学",
    "气象局",
    "中医院",
    "农业农村局",
    "图书馆",
    "第五中学",
    "青少年宫",
    "疾病预防控制中心",
    "老年大学",
)
_VILLAGES = ("新店村村民委员会", "下洋社区居民委员会", "溪边村科普小组", "中心小学", "卫生院", "农技站")
_SURNAMES = "陈林黄张吴李王郑蔡许庄苏杨刘洪曾傅施郭谢"
_NAMES = (
    "志强",
    "丽华",
    "建新",
    "秀英",
    "文斌",
    "晓东",
    "美珍",
    "国栋",
    "雅婷",
    "海燕",
    "明辉",
    "思远",
    "金水",
    "玉兰",
    "宏",
    "敏",
    "毅",
)
_TOPICS = (
    "防震减灾科普进校园",
    "“银龄科普”智能手机课堂",
    "茶树病虫害绿色防控培训",
    "航天科普巡展",
    "食品安全与健康讲座",
    "流动科技馆进乡村",
    "垃圾分类知识竞赛",
    "机器人编程体验日",
    "急救技能现场教学",
    "海洋生物标本展",
    "反电信网络诈骗宣传",
    "天文观测公众开放夜",
)
_ROOMS = ("一楼报告厅", "文化广场", "多功能厅", "田间学校", "门前广场", "二楼会议室", "操场", "党群服务中心")
_SENTENCES = (
    "组织科技志愿者现场讲解，发放宣传资料300份。",
    "通过展板、实物和视频介绍科学知识，设置互动答题环节。",
    "邀请专家作专题报告，解答群众提出的问题。",
    "开展义诊和健康咨询，普及常见病预防知识。",
    "安排学生分组参观，动手完成小实验。",
    "活动结束后收集意见并整理总结材料。",
    "由技术人员到田间示范修剪和施肥方法。",
)


class Filled(Struct, frozen=True):
    """What somebody wrote into the form, as text by key; ``types`` and ``audiences`` are what was ticked."""

    values: dict[str, str]
    types: tuple[str, ...]
    audiences: tuple[str, ...]
    start: date | None
    end: date | None


class Sent(Struct, frozen=True):
    """Files of one mail with the forms that stand on them, in their order."""

    files: tuple[tuple[str, bytes], ...]
    forms: tuple[Filled, ...]
    tick: str = ""


def filled(seed: int, *, brief: bool = False) -> Filled:
    """*brief*: as somebody fills it who writes by hand."""
    rng = random.Random(seed)
    place = rng.choice(_PLACES)
    town = place + rng.choice(_TOWNS)
    unit = rng.choice((place + rng.choice(_BODIES), town + rng.choice(_VILLAGES)))
    under = rng.choice(("", "", town + rng.choice(_VILLAGES), place + rng.choice(_BODIES)))
    start = date(2023, 8, 25) + timedelta(days=rng.randrange(30))
    end = start + timedelta(days=rng.choice((0, 0, 1, 3, 6)))
    reported = date(2023, 8, 21) + timedelta(days=rng.randrange(9))
    phone = rng.choice(("", f"0595-{rng.randrange(22000000, 29999999)}", f"0595{rng.randrange(82000000, 88999999)}"))
    mobile = rng.choice(["13", "15", "17", "18", "19"]) + f"{rng.randrange(10**8, 10**9)}"
    email = f"{rng.choice(('kp', 'zhang', 'office', 'lin', 'xiaoxue'))}{rng.randrange(10, 9999)}@{rng.choice(('163.com', 'qq.com', '126.com', 'example.com'))}"
    topic = rng.choice(_TOPICS)
    kinds = rng.sample(TYPES[:-1], rng.randint(1, 3))
    people = rng.sample(AUDIENCES[:-1], rng.randint(1, 3))
    values = {
        "reporting_unit": unit,
        "report_date": f"{reported.year}年{reported.month}月{reported.day}日",
        "activity_name": topic if brief or rng.random() < 0.5 else f"{place}2023年{topic}活动",
        "host_unit": unit if rng.random() < 0.5 else place + "科学技术协会",
        "undertaking_unit": under,
        "contact_person": rng.choice(_SURNAMES) + rng.choice(_NAMES),
        "phone": phone,
        "mobile": mobile if phone == "" or rng.random() < 0.8 else "",
        "email": "" if rng.random() < 0.25 else email,
        "activity_time": _time(start, end, rng),
        "venue": rng.choice((unit, town)) + rng.choice(_ROOMS),
        "expected_public": str(rng.choice((50, 80, 120, 200, 300, 500, 800, 1000, 1500, 2600))),
        "staff_count": str(rng.choice((5, 8, 12, 15, 20, 30, 45))),
        "content": "".join(rng.sample(_SENTENCES, 2 if brief else rng.randint(2, 5))),
    }
    return Filled(
        values,
        tuple(one for one in TYPES if one in kinds),
        tuple(one for one in AUDIENCES if one in people),
        start,
        end,
    )


def _time(start: date, end: date, rng: random.Random) -> str:
    first = f"{start.month}月{start.day}日"
    year = f"{start.year}年" if rng.random() < 0.7 else ""
    if start == end:
        return year + first
    if start.month == end.month and rng.random() < 0.6:
        return f"{year}{first}{rng.choice(('至', '-', '—'))}{end.day}日"
    return f"{year}{first}{rng.choice(('至', '-'))}{end.month}月{end.day}日"
