"""Of which of the sender's forms a letter speaks: a value, the one that took it for its own; a withdrawal, the one that it calls by its name or a part of
it; else its writer is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.text import name_key
from bot.decision.facts import Case, KnownSubmission
from bot.decision.states import GONE, kind_label
from bot.decision.versions.standing import Standing, is_on_record, standing
from bot.decision.words.about import heard_by_form, targets, text_of
from bot.decision.words.granting import by_name, gone_in_thread, living
from bot.decision.words.passed_on import MOST_LISTED, joined, quoted
from bot.decision.words.requests import QUOTED
from bot.decision.words.talk import Talk
from bot.forms.model import Kind
from bot.statements.mentions import FormName, forms_named, without_place
from bot.statements.model import Answers, Statement
from bot.statements.which_form import sentence_begin
from bot.statements.wording.phrases.drafts import A_DRAFT

ENDS = re.compile(r"撤|取消|作废|停办|不[办搞开做再]|[办搞开做]不[成了]")
# «科技馆奇妙夜今年办不了，这一项撤掉»
THIS_ONE = re.compile(r"[这此该](?:一|[张])?[项个场份次]|(?:该|此|这)活动|它")
STAYS = re.compile(r"照[常旧样]|不受?影响|如期|保留|别|不撤|不[动变]|继续|仍|还(?:[办做开搞]|是要)")
THE_REST = re.compile(r"也|另|剩|其余|余下|一并|一起")
COMMON = re.compile(r"科普|活动|讲座|展览|比赛|学校|社区|校园|知识|宣传|体验|进[校社]|[\W\d]")  # in many names
CLAUSES = re.compile(r"[，,。.！!；;\s]+")
SHORTEST_TOPIC = 2
# All that says nothing of which activity it is.
NO_TOPIC = re.compile(
    r"[^\u4e00-\u9fff]|活动|项目|申报表?|登记|报名|报送|表格?|材料|我[们局校馆院会镇村司]?|本[局校馆院会镇村单位]*|贵|咱们?|单位|[这那该此][一]?[项个场次份张]?|的|了|也|就|先|现|已|经|将|要|请|把|予以|特此|申请|麻烦|帮忙?|您|老师|领导|希望|需要?|决定|研究|取消|撤[回销掉下了]*|作废|停办|不[办再搞开做了]+|[办搞开做]不[成了]+|举办|开展|参加|今年|本次|原定?|之前|上[次面]|所有|全部|都|均|因|为|由于|故|所以|因此|暂|时|吧|哈|呢|一下|月|日|号|上午|下午|晚上|处理|办理|删除?|掉|尽快"
)


def is_heard(one: Statement, answers: Answers) -> bool:
    """Whether the form took the value for its own."""
    return any(heard.certain and heard.key == one.field and heard.value == one.value for heard in answers.heard)


def could_be_meant(case: Case) -> list[KnownSubmission]:
    """The activities of the sender's of which he may speak."""
    forms = [target for target, _ in heard_by_form(case) if target.kind is Kind.REGISTRATION]
    return [one for one in forms if one.status not in GONE and standing(one, case, in_words=True) is not Standing.HELD]


def ask_which(said: Sequence[Statement], case: Case) -> str:
    forms = could_be_meant(case)[:MOST_LISTED]
    words = quoted(joined(said, text_of(case.read.message)))
    definition = case.rules.current_form(Kind.REGISTRATION)
    spec = definition.spec(said[0].field) if definition else None
    example = f"“{forms[-1].ref} {spec.label if spec else '栏目'}：……”"
    listed = "\n".join(f"{one.ref}　{quoted_name(one)}" for one in forms)
    return f"来信中的{words}没有写明是哪一项活动，暂未改动。请直接回复本邮件，写明受理号或活动名称，例如{example}：\n{listed}"


def quoted_name(form: KnownSubmission) -> str:
    return f"“{form.title}”" if form.title else kind_label(form.kind)


def refs_quoted(words: str, case: Case) -> tuple[str, ...]:
    """The sender's form that *words* call in quotation marks by a part of its name."""
    return tuple({found[0].ref for name in QUOTED.findall(words) if (found := by_name(name, living(case.known)))})


def refs_called(words: str, case: Case) -> tuple[str, ...]:
    """The one form of the sender's in whose name *words* stand as they are: «南安», where we asked which one."""
    key = name_key(words.strip("，,。.！! "))
    found = [one.ref for one in living(case.known) if key in one.name_key]
    return tuple(found) if len(key) >= SHORTEST_TOPIC and len(found) == 1 else ()


def refs_of_unit(words: str, case: Case) -> tuple[str, ...]:
    """The one form of the unit that *words* name, where the sender has forms of several: «蓝溪中学那份»."""
    forms = living(case.known)
    units = {one.unit for one in forms if one.unit in words or without_place(one.unit) in words}
    found = [one.ref for one in forms if one.unit in units]
    return tuple(found) if len(found) == 1 and len(forms) > 1 else ()


def ending(words: str) -> str:
    """What the clauses say that end something: «接通知，校区封闭，植物徒步取消» says «植物徒步取消»."""
    return "，".join(one for one in CLAUSES.split(words) if ENDS.search(one))


def refs_alike(words: str, case: Case) -> tuple[str, ...]:
    """The one of several forms that is called by pieces of its name: «植物徒步» for “校园植物认知徒步”."""
    forms, said = living(case.known), ending(words)
    alike = [one.ref for one in forms if shares_name(one.title, said)]
    return tuple(alike) if len(alike) == 1 < len(forms) else ()


def speaks_of_none(words: str, case: Case) -> bool:
    """Whether what ends has a name, and no form of the sender's, who has several, is called so."""
    forms, said = living(case.known), ending(words)
    topic = NO_TOPIC.sub("", said)
    return len(forms) > 1 and len(topic) >= SHORTEST_TOPIC and not any(shares_name(one.title, said) for one in forms)


def refs_before(said: Statement, case: Case, talk: Talk) -> tuple[str, ...]:
    """The form that the sentence names before it says «这一项撤掉»."""
    if not THIS_ONE.search(said.words):
        return ()
    before = talk.text[: said.begin].rstrip(" \n，,。.；;")
    before = before[sentence_begin(before, len(before)) :]
    return refs_named(before, case) or refs_in_part(before, case)


def without_what_stays(words: str, text: str) -> tuple[str, str]:
    """*words* without the clauses of *text* that say what stays («非遗照常，别一起撤»), and those clauses."""
    clauses = [one for one in CLAUSES.split(text) if STAYS.search(one)]
    for one in clauses:
        words = words.replace(one, "")
    return words, "，".join(clauses)


def refs_in_part(words: str, case: Case) -> tuple[str, ...]:
    """The one form of the sender's that *words* call by a part of its name: «绘本会那场», «观星夜取消»."""
    forms = living(case.known)
    named = forms_named(words, [FormName(one.ref, one.title, is_listed=False, unit=one.unit) for one in forms])
    return tuple(forms[number].ref for number in named) if len(named) == 1 < len(forms) else ()


def refs_left(kept: str, case: Case) -> tuple[str, ...]:
    """The one form of the sender's that is left where *kept* names all others."""
    forms = living(case.known)
    left = [one.ref for one in forms if not shares_name(one.title, kept)]
    return tuple(left) if kept and len(left) == 1 < len(forms) else ()


def refs_of_rest(words: str, case: Case) -> tuple[str, ...]:
    """The one form that is left, where the thread is of what is gone: «剩下那项也撤了», «惠安站不办了»."""
    forms = living(case.known) if gone_in_thread(case.known) else []
    is_meant = len(forms) == 1 and (THE_REST.search(words) or shares_name(forms[0].title, words))
    return (forms[0].ref,) if is_meant else ()


def shares_name(title: str, words: str) -> bool:
    pairs = {title[at : at + 2] for at in range(len(title) - 1)}
    return any(one in words for one in pairs if not COMMON.match(one))


def draft_meant(words: str, case: Case) -> tuple[str, ...]:
    """The sender's one draft, where *words* speak of one."""
    theirs = [one.ref for one in case.known.drafts if is_on_record(case, one)]
    return tuple(theirs) if len(theirs) == 1 and re.search(A_DRAFT, words) else ()


def refs_named(words: str, case: Case) -> tuple[str, ...]:
    """The one form of the sender's whose activity *words* name; none where it is not certain which."""
    drafts = [one for one in case.known.drafts if is_on_record(case, one)]
    forms = {one.ref: one for one in (*targets(case.known), *case.known.mine, *drafts)}
    named = [one for one in forms.values() if one.name_key and one.name_key in name_key(words)]
    longest = max(named, key=lambda one: len(one.name_key), default=None)
    return (longest.ref,) if longest and all(one.name_key in longest.name_key for one in named) else ()
