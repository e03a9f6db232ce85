"""Values of a letter: what is put in, what is only proposed, and what is none at all."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.forms.definitions import load_definitions
from bot.forms.model import Value
from bot.forms.read import read_forms
from bot.statements.model import Said
from bot.statements.plain import in_script_of
from bot.statements.read import read_letter
from tests.forms.build import document, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
RIGHT = replace(read_forms(document(*registration()), DEFINITIONS, CAMPAIGN)[0], problems=())


def values(text: str, *asked: str) -> tuple[dict[str, object], set[str]]:
    """What goes into the form, and the fields for which something is only proposed."""
    missing = tuple(Problem(Code.MISSING, Severity.ERROR, f"“{key}”没有填写。", field=key) for key in asked)
    empty = {key: Value(None) for key in asked}
    letter = read_letter(
        text, [replace(RIGHT, fields={**RIGHT.fields, **empty}, problems=missing)], DEFINITIONS, CAMPAIGN
    )
    told = letter.of(Said.VALUE, Said.CHANGE)
    assert all(one.words in text for one in letter.statements)
    return {one.field: one.value for one in told if one.certain}, {one.field for one in told if not one.certain}


CERTAIN = [
    ("活動地點：晉江市圖書館", ("venue",), {"venue": "晋江市图书馆"}),
    ("聯絡電話：０５９５－２２８８００１１", ("phone",), {"phone": "0595-22880011"}),
    ("①0595-22880011②9月16日③鲤城区文化馆", ("phone", "activity_time", "venue"), {"phone": "0595-22880011", "activity_time": "9月16日", "venue": "鲤城区文化馆"}),
    ("0595-22880011，13900015678，abc@163.com", ("email", "phone", "mobile"), {"phone": "0595-22880011", "mobile": "13900015678", "email": "abc@163.com"}),
    ("联系电话“0595-2288001”应为“0595-22880011”", ("phone",), {"phone": "0595-22880011"}),
    ("志愿者8人，工作人员4人，合计12人", ("staff_count",), {"staff_count": 12}),
    ("主要活动类型是互动体验、现场咨询，还有科普宣传", ("activity_types",), {"activity_types": ("互动体验", "现场咨询", "科普宣传")}),
    ("由晋江市图书馆承办", ("undertaking_unit",), {"undertaking_unit": "晋江市图书馆"}),
    ("活动定于9月16日上午9点在晋江市图书馆举行", ("venue", "activity_time"), {"activity_time": "9月16日上午9点", "venue": "晋江市图书馆"}),
    ("老师好电话是0595-22880011时间是九月十六号地点在鲤城区文化馆谢谢", ("phone", "activity_time", "venue"), {"phone": "0595-22880011", "activity_time": "九月十六号", "venue": "鲤城区文化馆"}),
    ("因天气原因，活动延期至9月23日，其他不变", (), {"activity_time": "9月23日"}),
    ("工作人员由200人增加到300人", (), {"staff_count": 300}),
    ("报名截止时间是9月10日，活动时间是9月16日", ("activity_time",), {"activity_time": "9月16日"}),
    ("参于人数500，工作人员30。", ("expected_public", "staff_count"), {"expected_public": 500, "staff_count": 30}),
    ("活动对像：青少年，其他（家长）", ("audiences",), {"audiences": ("青少年", "其他：家长")}),
    ("活动类型“其他”请注明为“科普研学”", ("activity_types",), {"activity_types": ("其他：科普研学",)}),
    ("联系人：林 小 燕", ("contact_person",), {"contact_person": "林小燕"}),
    ("活动地点——晋江市恒润公司员工活动中心", ("venue",), {"venue": "晋江市恒润公司员工活动中心"}),
    ("主办晋江市老科协，承办梅岭街道双沟社区", ("host_unit", "undertaking_unit"), {"host_unit": "晋江市老科协", "undertaking_unit": "梅岭街道双沟社区"}),
    ("我们核了一下 时间写9月20号 地点是晋江市科技馆门口广场 人数1000人左右", ("activity_time", "venue", "expected_public"), {"activity_time": "9月20号", "venue": "晋江市科技馆门口广场", "expected_public": 1000}),
    ("1是22465108 2我们就写青少年 谢谢", ("phone", "audiences"), {"phone": "22465108", "audiences": ("青少年",)}),
    ("第一个电话零五九五二二八八零零一一第二个人数大概一百五十人我在外面开会", ("phone", "expected_public"), {"phone": "059522880011", "expected_public": 150}),
    ("问题1：人数我们报的是全年的，科普日这一场按400人算。", ("expected_public",), {"expected_public": 400}),
    ("承办单位：惠安县农技站、辋岭果蔬专业合作社（两家共同承办）", ("undertaking_unit",), {"undertaking_unit": "惠安县农技站、辋岭果蔬专业合作社"}),
    ("主办单位：泉州市地震学会（牵头）、洛江区教育局（配合）", ("host_unit",), {"host_unit": "泉州市地震学会、洛江区教育局"}),
    ("主办单位：泉州信息学院（南校区）（盖章）", ("host_unit",), {"host_unit": "泉州信息学院（南校区）"}),
    ("主办单位请增加一家，改为：泉州市地震学会、洛江区河溪镇人民政府。", (), {"host_unit": "泉州市地震学会、洛江区河溪镇人民政府"}),
    ("地点嘛，写市图书馆一楼大厅", ("venue",), {"venue": "市图书馆一楼大厅"}),
    ("地点是市图书馆一楼大厅，表里打错字了", ("venue",), {"venue": "市图书馆一楼大厅"}),
    ("更正如下：\n栏目      原填        现改为\n----------------\n联系电话    2285616     22856611\n公众人数    100                  70", (), {"phone": "22856611", "expected_public": 70}),
    ("更正如下：\n栏目\t内容\n活动地点\t市科技馆三楼\n联系人\t白晓云", (), {"venue": "市科技馆三楼", "contact_person": "白晓云"}),
    ("没问题了，多谢，有事打我电话13900016201", (), {}),
    ("联系电话换成我的，13900016201", (), {"phone": "13900016201"}),
    ("老师您好，能不能帮忙把联系电话改成0595-22001234？谢谢", (), {"phone": "0595-22001234"}),
    ("能不能把时间改到9月25日？", (), {}),
    ("内容这样写可以吗：开展防溺水宣传，发放手册。", (), {}),
    ("栏目：内容\n活动地点：市科技馆三楼", ("venue",), {"venue": "市科技馆三楼"}),
    ("主要活动内容改为：\n一、开展义诊。\n二、发放手册。", (), {"content": "一、开展义诊。\n二、发放手册。"}),
    ("更正如下：\n项目\t更正前\t更正后\n联系电话\t2285616\t22856611\n活动地点\t市图书馆\t市科技馆三楼", (), {"phone": "22856611", "venue": "市科技馆三楼"}),
    ("栏目\t原内容\t更正为\n联系人\t王立\t王丽", (), {"contact_person": "王丽"}),
    ("我站原定于9月5日举办的“海洋防灾课堂”活动推迟至9月19日举行，地点不变", (), {"activity_time": "9月19日"}),
    ("原定九月十七日，现改为九月廿二日下午", (), {"activity_time": "九月廿二日下午"}),
    ("地点是市图书馆一楼大厅。不好意思写错了", ("venue",), {"venue": "市图书馆一楼大厅"}),
    ("我们想把联系电话改成0595-22217957。另外请问要重新盖章吗？", (), {"phone": "0595-22217957"}),
    ("那个活动时间我们园长说定在九月二十号上午", ("activity_time",), {"activity_time": "九月二十号上午"}),
    ("日期写2023年8月29日就行", ("report_date",), {"report_date": date(2023, 8, 29)}),
    ("之前那个手机号是老号，新号13900015678", ("mobile",), {"mobile": "13900015678"}),
    ("昨天那个活动我打错了时间要9月22号下午才对", (), {"activity_time": "9月22号下午"}),
    ("该校活动时间已与教育局核定为9月21日，表中日期有误", (), {"activity_time": "9月21日"}),
    ("邮箱一栏请帮忙填 abc_2023@163.com，表里我忘了写", (), {"email": "abc_2023@163.com"}),
    ("活动对象应该还要加上老年人，表上只勾了青少年", (), {"audiences": ("青少年", "老年人")}),
    ("预计人数改150，工作人员也减到12人", (), {"expected_public": 150, "staff_count": 12}),
    ("把“进校园”改成“嘉年华”，谢谢", (), {"activity_name": "科普嘉年华活动"}),
    ("发现登记内容里地点少了“三楼”两个字，应为晋江市图书馆三楼报告厅，请修正。", (), {"venue": "晋江市图书馆三楼报告厅"}),
    ("联系人换人了，现在是陈美玲", (), {"contact_person": "陈美玲"}),
    ("（1）0595-22781234（2）9月20日（3）永春县图书馆", ("phone", "activity_time", "venue"), {"phone": "0595-22781234", "activity_time": "9月20日", "venue": "永春县图书馆"}),
    ("活动对象选其他，注明：亲子家庭", ("audiences",), {"audiences": ("其他：亲子家庭",)}),
    ("9月16日上午9:00在晋江市图书馆一楼", ("activity_time", "venue"), {"activity_time": "9月16日上午9:00", "venue": "晋江市图书馆一楼"}),
    ("请把活动类型由展览展示改为现场咨询", (), {"activity_types": ("现场咨询", "科普宣传")}),
    ("活动类型还要勾一个互动体验", (), {"activity_types": ("展览展示", "互动体验", "科普宣传")}),
    ("活动类型多勾了科普宣传，请去掉", (), {"activity_types": ("展览展示",)}),
    ("活动地点“一楼”更正为“二楼”", (), {"venue": "晋江市科技馆二楼大厅"}),
    ("预计参与人数下调至150人", (), {"expected_public": 150}),
    ("主办单位少了“泉州市”三个字，应为泉州市科技馆", (), {"host_unit": "泉州市科技馆"}),
    ("地点写详细点：丰泽区科技大厦三楼", ("venue",), {"venue": "丰泽区科技大厦三楼"}),
    ("附件是申报表，其中活动时间应为9月20日，盖章后才发现写错了", (), {"activity_time": "9月20日"}),
    ("工作人员人数和公众人数填反了，应该是公众500人，工作人员20人", ("staff_count",), {"staff_count": 20}),
    ("联系人换成陈立群，电话13615908246", (), {"contact_person": "陈立群", "mobile": "13615908246"}),
    ("内容：\n上午：科普讲座\n下午：参观科技馆\n\n晋江市图书馆\n王小明", ("content",), {"content": "上午：科普讲座\n下午：参观科技馆"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我单位“防震知识竞赛”活动地点由礼堂调整为泉港区第一中学体育馆。", {"venue"}),
        ("内容里的“讲座一场”请改成“讲座两场”，联系电话改为0595-22880011。", {"phone"}),
    ],
)
def test_words_near_a_label_are_no_value_of_it(text, wanted):
    assert set(values(text)[0]) <= wanted


@pytest.mark.parametrize(("text", "asked", "wanted"), CERTAIN, ids=[text[:20] for text, _, _ in CERTAIN])
def test_a_value_that_is_certain_is_put_in(text, asked, wanted):
    assert values(text, *asked)[0] == wanted


OPEN = [
    ("活动时间：9月20日（星期四）", "activity_time"),  # a Wednesday
    ("联系人：王五 13800000002，手机：13800000001", "mobile"),
    ("承办单位和主办单位一样", "undertaking_unit"),
    ("联系人还是庄老师", "contact_person"),
    ("活动地点为本校科技楼", "venue"),
    ("地点要么在科技馆要么在文化馆", "venue"),
    ("时间9月16日，不过还要等校长同意", "activity_time"),
    ("如果场地定下来，地点就在市科技馆", "venue"),
    ("人数不确定，大概200", "expected_public"),
    ("人数大概200多人吧", "expected_public"),
    ("18号到22号", "activity_time"),
    ("因台风影响，“防灾减灾进社区”活动延期举行，具体时间另行报告", "activity_time"),
    ("活动可能要往后推，时间领导还在定", "activity_time"),
    ("主要活动内容补充一句：现场有专家义诊。", "content"),
    ("对象是其他", "audiences"),
    ("时间改为下周三上午", "activity_time"),
    ("时间9月中旬", "activity_time"),
    ("会计的手机13900015678", "mobile"),
    ("我们想把活动时间改到9月24日，不知道是否还来得及？如果不行就还按原来的办", "activity_time"),
    ("联系电话\t22856618\t22856611", "phone"),  # which of the two
    ("领导说地点改一下  改到惠安石艺馆  ok？", "venue"),
    ("地点是老年大雪一楼大礼堂\n打错字了  老年大学", "venue"),
]


@pytest.mark.parametrize(("text", "field"), OPEN, ids=[text for text, _ in OPEN])
def test_a_value_that_is_not_certain_is_only_proposed(text, field):
    certain, proposed = values(text, field)
    assert field not in certain and field in proposed


@pytest.mark.parametrize(
    ("text", "field"), [("活动名称里的“科谱”是错别字，应为“科普”", "activity_name"), ("地点改到三楼", "venue")]
)
def test_what_may_be_a_part_of_what_stood_there_is_only_proposed(text, field):
    certain, proposed = values(text)
    assert field not in certain and field in proposed


NONE = [
    ("承办单位还没定，可能是丰泽区实验小学", "undertaking_unit"),
    ("表是8月30日填的，时间没写是因为还没定", "activity_time"),
    ("场地在跟泉州市科技馆谈", "venue"),
    ("我们的传真是0595-22880011", "phone"),
    ("快递请寄林晓明13900015678，丰泽区东海街道", "mobile"),
    ("王局长手机13900015678", "mobile"),
    ("活动时间跟启动仪式同一天，9月10日前报您", "activity_time"),
    ("确认无误。\n联系人王建平 13805958876", ""),
]


@pytest.mark.parametrize(("text", "asked"), NONE, ids=[text for text, _ in NONE])
def test_what_is_no_value_is_not_put_in(text, asked):
    assert values(text, *filter(None, [asked]))[0] == {}


def test_a_letter_about_no_form_only_changes_in_so_many_words():
    """Nobody knows which form it means, so nothing that it merely names is certain."""
    letter = read_letter("单位是永春县林业局，联系电话改为0595-22880011", [], DEFINITIONS, CAMPAIGN)
    assert [(one.field, one.certain) for one in letter.of(Said.VALUE, Said.CHANGE)] == [
        ("reporting_unit", False),
        ("phone", True),
    ]


REFERS = [
    ("承办单位同主办", {"undertaking_unit"}),
    ("承办单位和主办单位一样。", {"undertaking_unit"}),
    ("同主办", {"undertaking_unit"}),
    ("同上", set()),
]


@pytest.mark.parametrize(("text", "fields"), REFERS)
def test_what_another_field_holds_is_proposed_for_the_one_that_is_named(text: str, fields: set[str]) -> None:
    asked = Problem(Code.MISSING, Severity.ERROR, "“承办单位”没有填写。", field="undertaking_unit")
    form = replace(RIGHT, fields={**RIGHT.fields, "undertaking_unit": Value(None)}, problems=(asked,))
    letter = read_letter(text, [form], DEFINITIONS, CAMPAIGN)
    assert {one.key: one.after.value for one in letter.answers[0].proposals} == {
        key: RIGHT.plain("host_unit") for key in fields
    }
    assert not letter.answers[0].changes and letter.statements


TICKED = ("展览展示", "现场咨询")
CHOICES = [
    ("类型不是展览展示，应该是科普表演", ("现场咨询", "科普表演")),
    ("活动类型应该是科普表演，不是展览展示", ("现场咨询", "科普表演")),
    ("展览展示改成科普表演", ("现场咨询", "科普表演")),
    ("类型勾错了，不是现场咨询是科普表演", ("展览展示", "科普表演")),
    ("请增加科普表演", ("展览展示", "现场咨询", "科普表演")),
    ("科普表演也要勾上", ("展览展示", "现场咨询", "科普表演")),
    ("主要活动类型增加“互动体验”和“科普表演”两项", ("展览展示", "互动体验", "现场咨询", "科普表演")),
    ("去掉现场咨询", ("展览展示",)),
    ("展览展示多勾了，请去掉", ("现场咨询",)),
    ("去掉现场咨询，增加科普表演", ("展览展示", "科普表演")),
    ("活动类型加上科普表演，去掉现场咨询。", ("展览展示", "科普表演")),
    ("类型里现场咨询去掉，加上科普表演", ("展览展示", "科普表演")),
    ("活动类型改为科普表演", ("科普表演",)),
    ("我们还要准备科普表演", None),
    ("要不要去掉现场咨询？", None),
    ("不是展览展示", None),
    ("去掉展览展示和现场咨询", None),
]


@pytest.mark.parametrize(("text", "left"), CHOICES)
def test_the_other_choices_stay(text: str, left: tuple[str, ...] | None) -> None:
    form = replace(RIGHT, fields={**RIGHT.fields, "activity_types": Value(TICKED)})
    (answers,) = read_letter(text, [form], DEFINITIONS, CAMPAIGN).answers
    assert answers.form.plain("activity_types") == (left or TICKED)


KINDS = [
    ("收到我们的表了吗", [Said.STATUS_QUESTION]),
    ("请问收到我们的材料了没有？", [Said.STATUS_QUESTION]),
    ("表格报上去了吗", [Said.STATUS_QUESTION]),
    ("能不能帮忙瞅一眼台账里有没有我们", [Said.STATUS_QUESTION]),
    ("我们表上公众那一栏当时写的是两百嘛", [Said.OTHER]),
    ("附件为我局申报表，不知是否妥当，请审阅。", [Said.COVER]),
    ("附件为我局申报表，填得不对的地方请指正。特此报告。", [Said.COVER]),
    ("附件为我局申报表，麻烦帮看看。", [Said.COVER]),
    ("这样填不知道行不行，请审核", [Said.QUESTION]),
    ("刚才的初稿作废。", [Said.WITHDRAWAL]),
    ("上午发的初稿请撤回，谢谢！", [Said.WITHDRAWAL]),
    ("请以初稿为准", [Said.CONFIRM]),
    ("初稿领导已同意，请按正式报送登记，谢谢！", [Said.CONFIRM]),
    ("前面发的征求意见稿请作为正式稿。", [Said.CONFIRM]),
    ("正式报送", [Said.CONFIRM]),
    ("领导同意后再按初稿正式报送", [Said.DRAFT]),
    ("初稿还要修改，请先不要登记", [Said.DRAFT]),
]


@pytest.mark.parametrize(("text", "kinds"), KINDS)
def test_what_is_meant_by_it(text: str, kinds: list[Said]) -> None:
    assert [one.kind for one in read_letter(text, [RIGHT], DEFINITIONS, CAMPAIGN).statements] == kinds


ADDED = [
    ("补一个：电话13959812005", "mobile", "mobile"),
    ("补充一个电话：13959812005", "mobile", "mobile"),
    ("再补一个手机：13959812005", "mobile", "mobile"),
    ("补一下电话0595-22880011", "phone", "phone"),
]


@pytest.mark.parametrize(("text", "asked", "key"), ADDED)
def test_one_more_number(text: str, asked: str, key: str) -> None:
    certain, _ = values(text, asked)
    assert set(certain) == {key}


@pytest.mark.parametrize(
    "stands, letter, value",
    [
        ("泉台茶文化交流会，九月二十日上午九点，市民广场", "承辦單位應為「茶文化協會」", "茶文化协会"),
        ("泉臺茶文化交流會，九月二十日上午九點，市民廣場", "承辦單位應為「茶文化協會」", "茶文化協會"),
        (
            "泉台茶文化交流会，九月二十日上午九点，市民广场",
            "承办单位请改一下，应该是茶文化協会，其他的都不变，谢谢老师",
            "茶文化協会",
        ),
        ("", "承辦單位應為「茶文化協會」", "茶文化協會"),
    ],
)
def test_a_value_is_written_as_its_form_is(stands: str, letter: str, value: str) -> None:
    said = "茶文化協會" if "茶文化協會" in letter else "茶文化協会"
    assert in_script_of(stands, said, letter) == value


@pytest.mark.parametrize(
    ("says", "then"),
    [
        ("确认，就按小陈说的，9月21日上午，钟点不变。", "9月21日上午8:30—10:30"),
        ("活动改到9月21日，时间段不变。", "9月21日上午8:30—10:30"),
        ("活动时间改为9月21日下午，地点不变。", "9月21日下午"),
        ("活动时间改为9月21日，9点到11点。", "9月21日，9点到11点"),
        ("活动时间：9月21日，9:00—11:00", "9月21日，9:00—11:00"),
        ("改到9月21日，300人参加。", "9月21日上午8:30—10:30"),
        ("时间我让一步，就9月21日，六点半开始不能再晚了。", None),
        ("活动改到9月21日，9点前请回复我。", None),
    ],
)
def test_hours_are_put_in_behind_the_new_day_or_nothing_is(says: str, then: str | None) -> None:
    """Those that stay, or those of the letter; never is the day put in without them."""
    stood = {"activity_time": Value("2023年9月19日上午8:30—10:30")}
    letter = read_letter(says, [replace(RIGHT, fields={**RIGHT.fields, **stood})], DEFINITIONS, CAMPAIGN)
    found = [one.after.text for one in letter.answers[0].changes if one.key == "activity_time"]
    assert found == ([then] if then else [])
