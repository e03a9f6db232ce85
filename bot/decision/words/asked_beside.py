"""What a letter asks for among other words: a withdrawal, a «确认», a «不是我们发的»; all else in it goes its way. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.base.replacing import replace
from bot.decision.brakes import no_answer
from bot.decision.facts import Case
from bot.decision.model import Closed, Decision, ItemState, Settled, StatusChange
from bot.decision.states import Outcome, ReviewReason, Status
from bot.decision.versions.standing import Standing, is_proven, standing
from bot.decision.words.about import targets, text_of
from bot.decision.words.confirming import confirmation, in_force, standing_of
from bot.decision.words.granting import decide_request, living, names_another_unit, unit_reply, which_one
from bot.decision.words.requests import STORM, Request, Wish, refs_in, request_in
from bot.decision.words.talk import Talk, notes_of, with_person
from bot.decision.words.which_form import (
    CLAUSES,
    ENDS,
    STAYS,
    draft_meant,
    quoted_name,
    refs_alike,
    refs_before,
    refs_called,
    refs_in_part,
    refs_left,
    refs_named,
    refs_of_rest,
    refs_of_unit,
    refs_quoted,
    shares_name,
    speaks_of_none,
    without_what_stays,
)
from bot.statements.model import Said, Statement
from bot.statements.which_form import sentence_begin
from bot.statements.wording.phrases.confirmations import REFUSES
from bot.statements.wording.phrases.drafts import DRAFT_FINAL
from bot.statements.wording.words import is_courtesy

NOT_DONE = "好的，该项改动未予办理，原登记内容继续有效。"
# Who withdraws asks for it, or speaks of what is his; a program tells of somebody's mail.
OF_OURS = re.compile(
    r"[请烦望恳]|我|咱|^(?:是的?|对的?|嗯|好的?)[，,\s]*撤|本(?:单位|[校局馆院会镇村司园所])|申请|特此|予以|作废|取消|停办|不[办再]|撤[了掉下]|[办搞开做]不[成了]|[Kk][Pp]\d{4}-|^撤[回销]"
)
# «请忽略上一封» speaks of a mail, and of no form.
MAIL = r"(?:[上前刚昨今][\u4e00-\u9fff]{0,4}封|邮件|来信)"
IGNORED = r"(?:忽略|作废|不算|不用|不要|无效|删|别[看管理]|不必[看管理]|当没(?:收到|看见|发)|无视)"
OF_A_MAIL = re.compile(
    rf"^(?![^\n]*(?:表|活动|申报|登记|撤|[Kk][Pp]\d{{4}}))[^\n]*(?:{MAIL}[^。；;\n]{{0,20}}{IGNORED}|{IGNORED}[^，,。；;\n]{{0,6}}{MAIL})"
)
TAKES_BACK = {Said.WITHDRAWAL, Said.REPLACES, Said.OTHER}
# Of these a form, or what is to become of it, waits; the rest of a mail waits to be read.
WAITS_FOR_FORM = {
    ReviewReason.HELD,
    ReviewReason.UNCONFIRMED,
    ReviewReason.WITHDRAWAL,
    ReviewReason.UNIT,
    ReviewReason.DRAFT,
}
IGNORES = "好的，您的上一封来信不作处理，已登记的内容没有变动。"
# «惠安站照常的哦»
KEEPS = re.compile(r"[^?？\d]{0,14}(?:照[常旧样]|如期|保留|不[撤动变])(?:举?办|进行|举行)?[的了哦啊呢吧哈]*$")
# «撤回那封不是我们发的», «千万不要撤»
DISOWNS = re.compile(
    r"不是(?:我|本|咱)[^，,。；;]{0,8}(?:发|写|提|要求|申请|报|弄|操作)|并?非(?:我|本)[^，,。；;]{0,8}(?:发|写|提|要求|申请|意思)|(?:没有?|未|从未|从来没|不曾)[^，,。；;]{0,8}(?:发|写|提|要求|申请|说)过?[^，,。；;]{0,6}(?:撤|取消)|(?:冒充|冒用|假冒|盗用|被盗)"
)
NOT_TO_WITHDRAW = re.compile(
    r"(?:不要|别|勿|不能|不可以?|不许|不用|不必|不想|没有?要|没打算|无需|不需要)[^，,。；;]{0,6}(?:撤|取消)"
)
# «零报告取消»: no form is.
OF_NIL = re.compile(
    r"零(?:报告|申报|上报)[^，,。；;]{0,6}(?:取消|作废|撤|不算)|(?:取消|作废|撤[销回])[^，,。；;]{0,6}零(?:报告|申报|上报)"
)
# «这是我的新邮箱，旧的不用了»: nor is anything by a new address.
OF_REACH = re.compile(
    r"^(?![^\n]*(?:活动|申报|登记|表|项目|[那这]场|撤|[Kk][Pp]\d{4}))[^\n]*(?:邮箱|邮件地址|号码|手机|电话|微信|账号)[^\n]*(?:旧|原来|以前|之前|老)[^，,。；;\n]{0,8}(?:不用|停用|不再|作废|弃用|注销|换了)"
)
STANDS = "好的，{}没有办理撤回，原登记继续有效。"
# «听说镇里也报了一份，那份不算»: what somebody else sent.
OF_ANOTHERS = re.compile(
    r"(?:[县市区镇乡村校局馆院会里边]|街道|社区|他们|人家|别人|对方|有人|同事)[里上面边方]?[^，,。；;\d]{0,4}(?:也|又|另外?|重复|代[我为]?[们]?)[^，,。；;]{0,3}(?:报|交|发|送|填)[^，,。；;]{0,6}[，,。；;]"
)
# «汇总表第2项请删掉»
OF_A_ROW = re.compile(r"表[格]?[里中上]?的?[^，,。；;]{0,4}第\s?[一二两三四五六七八九十\d]{1,3}\s?[项行条个]")
# «两项里取消一项»: which one it does not say.
ONE_OF = re.compile(
    r"(?:^|[，,。；;\s])(?:我们|现在?|目前)?有[一1]?[个项场份站处]|(?:两|二|三|四|五|几|[2-9])[个项场份][^，,。；;]{0,8}(?:取消|撤|去掉|停|减|少|不[办搞做])[^，,。；;]{0,4}[一1][个项场份]|(?:其中|里面?|当中)的?[一1][个项场份]"
)
REASON = re.compile(r"因|由于|受|鉴于|[办搞开做]不[成了]|不[办搞开做再]|没法|无法|冲突|检修|装修")
MORE = re.compile(r"[?？吗]|另|改|换|请|希望|能否|可否|下[次月周]|明年|\d")
# «…不办了，另增加一项…»: what a withdrawal's words tell beside it.
TELLS_MORE = re.compile(r"另(?!行通知)|增加|新增|(?:后|再|稍后)补|补[报发]|[?？]|吗$|如何|怎么|改[为成到在]|合并")
# A question or a value chooses nothing, «不是图片展» chooses another.
NO_CHOICE = {Said.VALUE, Said.CHANGE, Said.QUESTION, Said.STATUS_QUESTION, Said.CONTACT}
NOT_THIS = re.compile(r"不是|不要|别|除了?|以外|之外|保留|照常|不撤|不变|[?？]|吗")
# «领导签好字了，内容没有变化», beside a draft that is sent for good now.
NOW_FINAL = re.compile(
    r"^(?!.*(?:[?？]|吗|改[为成到]|另))(?:.*(?:签[好了过]*字|盖[好了过]*章|审[定核批阅]|没有?(?:变[化动]?|改动?|修改)|无(?:变化|改动|修改)|不[变改]|同意|通过|定稿))"
)
BESIDE_CONFIRMED = {Said.CONFIRM, Said.QUESTION, Said.STATUS_QUESTION, Said.THANKS}
YES = re.compile(
    r"(?!对[了啦]$|[啊呀哈呢哦吧了的]+$)(?:嗯|哦|啊|好|是|对|行|可以|中|成|妥|要得|没错|没有?问题|同意|确认|确定|无误|[Oo][Kk]|的|滴|哒|嘞|了|呀|吧|哈|呢|我们?|单位){1,8}"
    r"|(?:好|那|就|都|请|麻烦|可以|同意|[您你]|帮忙?)*[按照]照?(?:[您你]们?|上面|信里|来信|邮件[里中]?|这个|这样|此|那个)的?(?:[写说列提改问]的?)*(?:那个?|这个?)?(?:样|意思|内容)?来?(?:改|办|登记?|报|更新|弄|处理|执行)?(?:就?[中行好成]|即可|吧|了|就?可以)*"
    r"|(?:那|就|请|麻烦)*(?:这么|这样|照此|照)(?:来|办|定|改|登记?|报)(?:吧|了|就行|即可)?|(?:请|麻烦|就)+(?:更新|改|登记|处理|更改|办理)(?:过来|一下)?(?:吧|了|即可)?"
)


def asked_beside(case: Case, talk: Talk) -> Decision | None:
    """What is done of the letter besides its values; None where nothing is."""
    return (
        refused_beside(case, talk)
        or ignored_beside(case, talk)
        or kept_beside(case, talk)
        or named_at_last(case, talk)
        or withdrawn_beside(case, talk)
        or confirmed_beside(case, talk)
    )


def refused_beside(case: Case, talk: Talk) -> Decision | None:
    """«不是我们发的», «不改了» to a letter that asked for a «确认»: what waited for it is dropped; a person reads the words."""
    here = [one for one in case.known.waiting if one.is_answered_here and not one.is_done and in_force(one, case.known)]
    said = [one for one in talk.passed_on if one.kind is Said.OTHER and REFUSES.search(one.words)]
    only = {one.kind for one in case.read.letter.statements} <= {Said.OTHER, Said.THANKS, Said.REPLACES}
    if not (here and said and only) or any(standing_of(one, case) is not Standing.FREE for one in here):
        return None
    ref = here[0].ref
    forms = [form for one in here if (form := case.known.with_drafts(one.ref))]
    changes = [
        StatusChange(one.version.id, one.ref, Status.REJECTED) for one in here if one.version and one.base is not None
    ]
    reply = replace(unit_reply(ref, forms[0].unit, NOT_DONE, talk.sentence()), template="letter")
    refusal = no_answer(case, template=reply.template)
    decision = Decision(
        Outcome.LETTER,
        refusal or "refused",
        reply=None if refusal else reply,
        ref=ref,
        changes=tuple(changes),
        refused=tuple(one.id for one in here),
    )
    return with_person(decision, talk)


def ignored_beside(case: Case, talk: Talk) -> Decision | None:
    """«上一封发错了，请忽略»: what of the sender's last mail waits to be read need not be; a form that came with it for the first time is withdrawn.
    What it changed of a form that stood, or did, a person sees."""
    last = case.known.last
    said = [one for one in talk.passed_on if one.kind in TAKES_BACK and OF_A_MAIL.search(one.words)]
    if last is None or last.is_act or len(said) != 1 or not (case.known.tokens or is_proven(case)):
        return None
    if last.versions:
        is_alone = {one.kind for one in case.read.letter.statements} <= {said[0].kind, Said.THANKS}
        refs = tuple(ref for ref, version in last.versions if version == 1)
        if not is_alone or len(refs) != len(last.versions):
            return None
        return done_beside(decide_request(Request(Wish.WITHDRAW, refs), case), said[0], case, talk)
    if any(reason in WAITS_FOR_FORM for _, reason in last.items):
        return None
    ref = next((one.ref for one in targets(case.known)), "") or case.known.thread or ""
    unit = next((one.unit for one in (*targets(case.known), *case.known.mine)), "")
    reply = replace(unit_reply(ref, unit, IGNORES), template="letter")
    closed = tuple(Closed(number, "done") for number, _ in last.items)
    return done_beside(Decision(Outcome.LETTER, "", reply=reply, ref=ref, closed=closed), said[0], case, talk)


def kept_beside(case: Case, talk: Talk) -> Decision | None:
    """«撤回那封不是我们发的，请不要撤»: nothing is withdrawn, what was asked about it is answered; a person reads who wrote in whose name."""
    said = [one for one in talk.passed_on if one.kind is Said.WITHDRAWAL and one.certain]
    said = said or [one for one in talk.passed_on if one.kind in (Said.OTHER, Said.QUESTION) and case.known.asked_away]
    clauses = [clause for one in said for clause in CLAUSES.split(one.words)]
    denied = [one for one in clauses if NOT_TO_WITHDRAW.search(one) or DISOWNS.search(one)]
    if not denied or any(ENDS.search(one) for one in clauses if one not in denied and not STAYS.search(one)):
        return None
    mine = [
        one for one in (*targets(case.known), *case.known.mine) if standing(one, case, in_words=True) is Standing.FREE
    ]
    if not mine:
        return None
    if not any(map(DISOWNS.search, clauses)):
        stays = [one for one in CLAUSES.split(talk.text) if one in denied or KEEPS.match(one)]
        settled = {one for one in talk.passed_on if all(part in stays or not part for part in CLAUSES.split(one.words))}
        talk.passed_on = [one for one in talk.passed_on if one not in settled]
    called = [one for one in mine if shares_name(one.title, talk.text)]
    names = {one.ref: f"{quoted_name(one)}（{one.ref}）" for one in called or mine}
    is_one = len({one.ref for one in (*mine, *case.known.submissions)}) == 1
    told = STANDS.format("" if is_one else "、".join(names.values()))
    sentences = (told, talk.sentence()) if talk.passed_on else (told,)
    reply = replace(unit_reply(mine[0].ref, mine[0].unit, *sentences), template="letter")
    refusal = no_answer(case, template=reply.template)
    closed = tuple(Closed(item, str(Status.REJECTED)) for item in case.known.asked_away)
    return with_person(
        Decision(Outcome.LETTER, refusal, reply=None if refusal else reply, ref=mine[0].ref, closed=closed), talk
    )


def named_at_last(case: Case, talk: Talk) -> Decision | None:
    """Which of several forms is to be withdrawn, in answer to our asking."""
    if not case.known.which:
        return None
    for one in talk.passed_on:
        refs = refs_in(one.words) or refs_named(one.words, case) or refs_quoted(one.words, case)
        refs = refs or refs_of_unit(one.words, case) or refs_called(one.words, case)
        is_no = one.kind in NO_CHOICE or NOT_THIS.search(one.words)
        if not is_no and (decision := decide_request(Request(Wish.WITHDRAW, refs), case) if refs else None):
            closed = tuple(Closed(item, str(Status.WITHDRAWN)) for item in case.known.which)
            return done_beside(replace(decision, closed=(*decision.closed, *closed)), one, case, talk)
    return None


def withdrawn_beside(case: Case, talk: Talk) -> Decision | None:
    """A withdrawal among other words: done as if it stood alone, all else goes its way."""
    asked = [one for one in talk.passed_on if one.kind is Said.WITHDRAWAL]
    if len(asked) != 1 or not asked[0].certain or not OF_OURS.search(asked[0].words):
        return None
    if OF_A_MAIL.search(asked[0].words) or OF_NIL.search(asked[0].words) or OF_REACH.search(talk.text):
        return None  # which mail was the last one, and what came with it, a person sees
    value = str(asked[0].value or "")
    value = value if value in STORM.sub("", asked[0].words) else ""
    words, kept = without_what_stays(asked[0].words, case.read.message.new_text)
    if any(map(NOT_TO_WITHDRAW.search, CLAUSES.split(words))):
        return None
    refs = refs_in(value) or refs_named(words, case) or refs_in_part(words, case) or draft_meant(words, case)
    refs = refs or (() if value else refs_left(kept, case) or refs_before(asked[0], case, talk))
    refs = refs or (() if value else refs_alike(words, case) or refs_of_rest(words, case))
    if not refs and not value:
        if (
            OF_ANOTHERS.search(talk.text)
            or OF_A_ROW.search(words)
            or names_another_unit(words, living(case.known), case)
        ):
            return None
        is_one_of = ONE_OF.search(words) and len(living(case.known)) > 1
        if is_one_of or speaks_of_none(words, case):
            return done_beside(which_one(case, is_anothers=True), asked[0], case, talk)
    request = Request(Wish.WITHDRAW, refs, "" if refs else value)
    decision = decide_request(request, case)
    if decision is not None and decision.changes:
        talk.passed_on = [one for one in talk.passed_on if not is_reason_of(one, asked[0], talk.text)]
    return done_beside(decision, asked[0], case, talk)


def is_reason_of(one: Statement, said: Statement, text: str) -> bool:
    """Whether it only says in the same sentence why *said* is withdrawn: «因场馆检修，今年办不了了»."""
    first, last = sorted((one, said), key=lambda one: one.begin)
    is_one = sentence_begin(text, last.begin) <= first.begin
    return (
        one.kind in (Said.OTHER, Said.NIL_REPORT)
        and is_one
        and bool(REASON.search(one.words))
        and not MORE.search(one.words)
    )


def withdrawn_too(case: Case, talk: Talk, changed: Collection[str]) -> tuple[StatusChange, ...]:
    """What a letter that changes the forms *changed* withdraws beside them; nothing where that is not certain, which a person sees."""
    before = list(talk.passed_on)
    gone = certainly_withdrawn(case, talk)
    if not gone or any(one.ref in changed for one in gone):
        talk.passed_on[:] = before
        return ()
    talk.told.append(told_gone(gone, case))
    return gone


def certainly_withdrawn(case: Case, talk: Talk) -> tuple[StatusChange, ...]:
    decision = withdrawn_beside(case, talk)
    return decision.changes if decision and not decision.asks else ()


def told_gone(gone: Sequence[StatusChange], case: Case) -> str:
    names = {one.ref: one.title for one in living(case.known)}
    listed = "、".join(f"“{names.get(one.ref, '')}”（{one.ref}）" for one in gone)
    return f"已按来信撤回{listed}，如需恢复，请重新发送表格。"


def withdrawn_with_forms(
    said: Sequence[Statement], settled: Sequence[Settled], case: Case
) -> tuple[list[Statement], list[str], tuple[StatusChange, ...]]:
    """*said* beside the forms *settled* without the withdrawal in it that is done: what it withdraws is another form of the sender's («撤下茶叶那份，新的见附件»),
    or the very one that a new version takes the place of. With what the sender is told, and what changes."""
    forms = {one.ref: one for one in settled}
    there = replace(case, known=replace(case.known, mine=(*case.known.mine, *case.known.others)))
    talk = Talk(text_of(case.read.message), passed_on=list(said))
    gone = certainly_withdrawn(there, talk)
    own = [forms[one.ref] for one in gone if one.ref in forms]
    if not own and gone:
        return talk.passed_on, [*talk.told, told_gone(gone, there)], gone
    is_replaced = len(own) == len(gone) > 0 and all(one.before and one.state is not ItemState.UNCHANGED for one in own)
    return [one for one in said if not (is_replaced and one.kind is Said.WITHDRAWAL)], [], ()


def confirmed_beside(case: Case, talk: Talk) -> Decision | None:
    """A «确认» among questions takes effect; beside anything else it is not certain what it means."""
    said = [one for one in talk.passed_on if one.kind is Said.CONFIRM]
    others = [one for one in case.read.letter.statements if one.kind not in BESIDE_CONFIRMED]
    if len(said) != 1 or not all(map(NOW_FINAL.search, (one.words for one in others))):
        return None
    if any(map(DRAFT_FINAL.search, CLAUSES.split(said[0].words))):
        drafts = [one for one in case.known.waiting if one.base is None or one.is_answered_here]
        known = replace(case.known, waiting=(*drafts, *case.known.drafted))
        final = Request(Wish.CONFIRM, refs_in(said[0].words) or refs_named(said[0].words, case))
        talk.passed_on = [one for one in talk.passed_on if one not in others]
        return done_beside(confirmation(final, replace(case, known=known)), said[0], case, talk)
    if others:
        return None
    request = request_in(said[0].words, confirms=True)
    request = request or (Request(Wish.CONFIRM) if says_yes(said[0].words) else None)
    if request is None or request.wish is not Wish.CONFIRM:
        return None
    return done_beside(confirmation(request, case), said[0], case, talk)


def says_yes(words: str) -> bool:
    """Whether *words* are a plain yes to what was asked, with nothing of their own in them: «对的，就按您写的改吧»."""
    clauses = [one for one in CLAUSES.split(words) if one]
    told = [one for one in clauses if YES.fullmatch(one) or not is_courtesy(one)]
    return bool(told) and all(YES.fullmatch(one) for one in told)


def done_beside(decision: Decision | None, said: Statement, case: Case, talk: Talk) -> Decision | None:
    """*decision* about *said*, with what becomes of the rest of its letter; None where nothing comes of it."""
    if decision is None or decision.reply is None:
        return None
    more = [one for one in CLAUSES.split(said.words) if TELLS_MORE.search(one) and not STAYS.search(one)]
    if said.kind is not Said.WITHDRAWAL or not more:
        talk.passed_on.remove(said)
    refusal = no_answer(case, template=decision.reply.template)
    reply = replace(decision.reply, notes=(*decision.reply.notes, *notes_of(talk)))
    return with_person(replace(decision, reply=None if refusal else reply, why=refusal or decision.why), talk)
