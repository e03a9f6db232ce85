"""What units of one city write into their forms: invented people and numbers, real kinds of names, with the expected values.

Every maker returns ``(written, expected)``; *expected* is None where no careful reader would give a value.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

COUNTIES = [
    "鲤城区",
    "丰泽区",
    "洛江区",
    "泉港区",
    "石狮市",
    "晋江市",
    "南安市",
    "惠安县",
    "安溪县",
    "永春县",
    "德化县",
    "泉州台商投资区",
    "泉州开发区",
]
TOWNS = [
    "浮桥街道",
    "北峰街道",
    "马甲镇",
    "山腰街道",
    "宝盖镇",
    "磁灶镇",
    "水头镇",
    "崇武镇",
    "湖头镇",
    "蓬壶镇",
    "三班镇",
    "东园镇",
]
ENDINGS = [
    "科学技术协会",
    "科协",
    "教育局",
    "卫生健康局",
    "农业农村局",
    "应急管理局",
    "气象局",
    "自然资源局",
    "生态环境局",
    "市场监督管理局",
    "实验小学",
    "第一中学",
    "第三中学",
    "图书馆",
    "科技馆",
    "博物馆",
    "医院",
    "中医院",
    "青少年宫",
    "老年大学",
    "疾病预防控制中心",
    "新时代文明实践中心",
    "消防救援大队",
    "妇女联合会",
    "总工会",
    "团委",
    "水利局",
    "林业局",
    "农技推广站",
    "党群服务中心",
]
SOCIETIES = [
    "泉州市医学会",
    "泉州市护理学会",
    "泉州市计算机学会",
    "泉州市农学会",
    "泉州市茶叶学会",
    "泉州市环境科学学会",
    "泉州市青少年科技教育协会",
    "泉州市老科技工作者协会",
    "泉州师范学院",
    "华侨大学",
    "黎明职业大学",
    "泉州市第一医院",
    "福建医科大学附属第二医院",
    "泉州市气象局",
    "泉州海洋职业学院",
    "泉州市丰泽区东海街道滨海社区居民委员会",
    "福建省泉州市第七中学",
    "泉州幼儿师范高等专科学校",
    "国网泉州供电公司",
    "恒安（中国）纸业有限公司",
    "九牧厨卫股份有限公司",
    "福建铁拓机械股份有限公司",
    "安溪铁观音集团股份有限公司",
    "德化县陶瓷研究所",
    "中国农技协安溪茶叶科技小院",
    "泉州市科技馆（泉州市青少年科技活动中心）",
]
SURNAMES = "庄陈林黄王吴蔡张李郑许苏郭刘洪曾杨施颜傅"
GIVEN = "晓东志强丽华建平美玲文斌雅芳国栋思源春燕海峰婷婷伟杰秀英俊明诗涵永福阿娟"
THEMES = [
    "科普进校园",
    "流动科技馆巡展",
    "防灾减灾知识讲座",
    "银龄科普大讲堂",
    "“小小科学家”实验秀",
    "食品安全与营养科普展",
    "航天科普主题展览",
    "青少年机器人体验日",
    "急救知识进社区",
    "茶叶种植技术培训",
    "反电信诈骗宣传",
    "海洋生态科普研学",
    "科普大篷车下乡",
    "气象科普开放日",
    "爱眼护眼义诊",
    "垃圾分类互动体验",
    "《科创百年》成就展",
    "“科普中国”推广",
    "中医药文化科普",
    "陶瓷科技体验营",
    "数字素养提升课堂",
    "消防安全体验",
    "农业技术现场咨询会",
    "科学实验表演",
    "天文观测夜",
    "VR科普体验",
    "“科技助力乡村振兴”科技下乡",
    "电力科普基地开放日",
]
SUFFIXES = ["活动", "系列活动", "", "主题活动", "专场", "（第二期）", "公益活动", "暨启动仪式"]
VENUES = [
    "科技馆一楼大厅",
    "文化广场",
    "实验小学操场",
    "新时代文明实践所",
    "社区党群服务中心",
    "图书馆报告厅",
    "人民公园",
    "中学礼堂及各班教室",
    "农贸市场",
    "镇政府门口广场",
    "老年大学多功能厅",
    "市行政中心C栋149室",
    "科普教育基地",
    "万达广场A区（1号门）",
    "各中小学校",
    "青少年宫3楼301室",
    "线上直播",
]
NOTES = ["科普研学", "线上直播", "知识竞赛", "技能培训", "社区居民", "亲子家庭", "全体市民", "教师、家长", "现役军人"]


def unit(r: Random) -> str:
    kind = r.random()
    if kind < 0.35:
        return r.choice(SOCIETIES)
    if kind < 0.5:
        return r.choice(COUNTIES) + r.choice(TOWNS) + r.choice(["科协", "人民政府", "办事处", "中心小学", "卫生院"])
    return r.choice(["", "泉州市"]) + r.choice(COUNTIES) + r.choice(ENDINGS)


def person(r: Random) -> str:
    return r.choice(SURNAMES) + "".join(r.sample(GIVEN, r.choice([1, 2, 2, 2])))


def activity(r: Random) -> str:
    name = r.choice(THEMES) + r.choice(SUFFIXES)
    if r.random() < 0.2:
        name = r.choice(["2023年", "全国科普日——", r.choice(COUNTIES)]) + name
    return name


def landline(r: Random) -> str:
    return "2" + "".join(r.choice("0123456789") for _ in range(7))


def mobile(r: Random) -> str:
    return r.choice(["139", "138", "150", "159", "186", "133", "177", "199"]) + "".join(
        r.choice("0123456789") for _ in range(8)
    )


def written_landline(r: Random, number: str) -> tuple[str, str]:
    """One number in some habit, and its digits."""
    dash = r.choice("-—–－‐")
    habit = r.randrange(11)
    forms = [
        (f"0595{dash}{number}", f"0595{number}"),
        (number, number),
        (f"(0595){number}", f"0595{number}"),
        (f"（0595）{number}", f"0595{number}"),
        (f"0595{number}", f"0595{number}"),
        (f"{number[:4]}-{number[4:]}", number),
        (f"{number}-801", f"{number}801"),
        (f"{number}转8012", f"{number}8012"),
        (wide(f"0595-{number}"), f"0595{number}"),
        (f"0595 {number}", f"0595{number}"),
        (f" {number} ", number),
    ]
    return forms[habit]


def written_mobile(r: Random, number: str) -> tuple[str, str]:
    habit = r.randrange(7)
    forms = [
        number,
        number,
        number,
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        wide(number),
        f"+86{number}",
    ]
    return forms[habit], number


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def email(r: Random) -> tuple[str, str]:
    plain = (
        r.choice(["kepu", "kx", "office", "ab_c", "qzkx2023", "1234567", "lin.xf"])
        + r.choice(["", "1", "88"])
        + "@"
        + r.choice(["example.com", "mail.example.cn", "126.example.com"])
    )
    habit = r.randrange(5)
    return [plain, plain, wide(plain), plain.replace("@", " @ "), plain.upper()][habit], plain


DIGITS = "〇一二三四五六七八九"


def cjk(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + (
        DIGITS[ones] if ones or not tens else ""
    )


def dates(r: Random) -> tuple[str, tuple[date | None, date | None]]:
    """A time as written, and its first and last day."""
    first = date(2023, 8, 21) + timedelta(days=r.randrange(36))
    last = min(first + timedelta(days=r.choice([0, 0, 0, 1, 2, 4, 6])), date(2023, 9, 30))
    m, d, n, e = first.month, first.day, last.month, last.day
    dash = r.choice(["-", "—", "－", "至", "～", "--", "——", "到", " - ", "–"])
    hours = r.choice(
        ["", "", "", "上午", " 9:00-11:30", "下午14：30—17：00", "（周日）", "上午9时至11时", "  上午8:30", "全天"]
    )
    if first == last:
        text = r.choice(
            [
                f"{m}月{d}日{hours}",
                f"2023年{m}月{d}日{hours}",
                f"2023.{m}.{d}",
                f"{m}.{d}",
                f"2023-{m:02}-{d:02}",
                f"2023/{m}/{d}",
                f"{m}月{d}号{hours}",
                f"二〇二三年{cjk(m)}月{cjk(d)}日",
                f"23年{m}月{d}日",
                wide(f"2023.{m}.{d}"),
                f"2023 年 {m} 月 {d} 日{hours}",
                f"2023-{m:02}-{d:02} 09:00",
                f"{cjk(m)}月{cjk(d)}日{hours}",
                f"2023{m:02}{d:02}",
                f"2023年{m}月{d}日\n{hours}",
            ]
        )
        if text in {"9.1", "9.2", "9.3", "8.1", "8.2", "8.3"}:
            text = f"{m}月{d}日"
        return text, (first, last)
    same = m == n
    text = r.choice(
        [
            f"{m}月{d}日{dash}{n}月{e}日",
            f"2023年{m}月{d}日{dash}{n}月{e}日{hours}",
            f"2023年{m}月{d}日{dash}2023年{n}月{e}日",
            f"2023.{m}.{d}{dash}2023.{n}.{e}",
            f"{m}.{d}{dash}{n}.{e}",
            f"2023-{m:02}-{d:02}至2023-{n:02}-{e:02}",
            f"2023/{m}/{d}{dash}2023/{n}/{e}",
            f"{m}月{d}日（星期六）{dash}{n}月{e}日（星期日）",
            f"{m}月{d}日上午9:00{dash}{n}月{e}日下午5:00",
            f"{cjk(m)}月{cjk(d)}日至{cjk(n)}月{cjk(e)}日",
            *(
                [
                    f"{m}月{d}日{dash}{e}日",
                    f"{m}月{d}{dash}{e}日",
                    f"2023年{m}月{d}{dash}{e}日{hours}",
                    f"2023.{m}.{d}{dash}{e}",
                    f"{m}月{d}日{dash}{e}日，每天9:00-17:00",
                ]
                if same
                else []
            ),
        ]
    )
    return text, (first, last)


def odd_dates(r: Random) -> tuple[str, tuple[date | None, date | None]]:
    """Times which give no day, or a day with a doubt."""
    cases: list[tuple[str, tuple[date | None, date | None]]] = [
        ("待定", (None, None)),
        ("全年", (None, None)),
        ("科普日期间", (None, None)),
        ("9月31日", (None, None)),
        ("9.23-17", (None, None)),
        ("另行通知", (None, None)),
        ("每周六", (None, None)),
        ("9月", (date(2023, 9, 1), date(2023, 9, 30))),
        ("9月中旬", (date(2023, 9, 11), date(2023, 9, 20))),
        ("9月28日-10月3日", (date(2023, 9, 28), date(2023, 10, 3))),
        ("2022年9月17日", (date(2022, 9, 17), date(2022, 9, 17))),
        ("10月8日", (date(2023, 10, 8), date(2023, 10, 8))),
        ("17/9", (date(2023, 9, 17), date(2023, 9, 17))),
    ]
    return r.choice(cases)


def count(r: Random, low: int, high: int) -> tuple[str, int | None]:
    n = r.choice([low, high, r.randrange(low, high)])
    if n > 40:
        n = round(n, -1)
    return r.choice(
        [
            (f"{n}", n),
            (f"约{n}", n),
            (f" {n} ", n),
            (f"{n}余", n),
            (f"__{n}__", n),
            (wide(str(n)), n),
            (f"{n}左右", n),
            (f"{n}+", n),
        ]
    )


CONTENTS = [
    "围绕“提升全民科学素质，助力科技自立自强”主题，组织开展科普宣传活动。",
    "一、活动时间：2023年9月17日上午\n二、活动地点：文化广场\n三、活动内容：\n1.现场设置展板20块；\n2.发放宣传资料500份；\n3.义诊咨询，联系电话：22000001。",
    "1、科普展览\n2、互动体验\n3、专家讲座（主讲人：李教授，联系人：小林 13800000000）\n\n预计参与人数300人。",
    "（一）启动仪式 9:00—9:30\n（二）科普讲座 9:30—10:30\n（三）参观体验 10:30—11:30",
    "通过展览展示、互动体验、现场咨询等形式，面向青少年和老年人普及科学知识。\n活动对象：社区居民及学生。\n活动类型：科普宣传。",
    "邀请专家开展《食品安全与健康》讲座，现场设置咨询台，发放《公民科学素质读本》，并组织√有奖问答。详见 https://example.com/kepu 。",
    "主办单位：市科协；承办单位：各县（市、区）科协\n组织科技志愿者深入社区、学校、农村开展服务",
    "面积约120㎡，设5个展区：①航天 ②海洋 ③人工智能 ④能源 ⑤生命健康。",
    "组织学生参观科技馆，观看球幕电影，动手做实验。",
    "活动名称：科普嘉年华\n活动分三个阶段：\n第一阶段（8月下旬）：筹备；\n第二阶段（9月17日-23日）：实施；\n第三阶段：总结。",
]


def content(r: Random) -> str:
    return "\n".join(r.sample(CONTENTS, r.choice([1, 1, 2, 3])))
