"""A mail whose content is its words: everything that it says is settled here, or stands before a person and its writer is told so. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.problems import has_errors
from bot.base.replacing import replace
from bot.decision.brakes import no_answer
from bot.decision.compose import blanks, conclude, letter_reference
from bot.decision.facts import Case, KnownSubmission, Read
from bot.decision.model import Decision, Item, ItemState, MailKind, Reply, ReviewItem, Settled
from bot.decision.reply import title_of
from bot.decision.reviews import reviews_of_others
from bot.decision.states import GONE, Outcome, ReviewReason, Status
from bot.decision.versions.content import stored_form
from bot.decision.versions.standing import Standing, failed_check, is_on_record, standing
from bot.decision.words.about import heard_by_form, targets, text_of
from bot.decision.words.asked_beside import asked_beside, says_yes, withdrawn_too
from bot.decision.words.automatic import is_meant_for_others
from bot.decision.words.beside import is_same
from bot.decision.words.changes import SWAPS, asks_whether, settle_changes, settle_proposals
from bot.decision.words.confirming import still_lacking
from bot.decision.words.granting import COMMANDS, NOT_SENT, plain_reply, unheeded, unit_reply
from bot.decision.words.passed_on import MOST_LISTED, for_person, is_aside
from bot.decision.words.requests import not_vouched_for
from bot.decision.words.talk import Talk, notes_of, state_of, when_of, with_person
from bot.decision.words.which_form import ask_which, could_be_meant, is_heard, quoted_name, refs_named
from bot.forms.model import Form
from bot.statements.model import Said, Statement

# So often may words change a form within 24 hours; then a person looks.
MOST_WORDED = 3
OFTEN = "这份登记今天已按来信更正多次。为避免误改，来信已转工作人员核对后办理，会尽快答复您，此前登记的内容暂不改动。"
LACKING = "来信提到了附件或改好的表格，但我们没有收到附件，请检查后重新添加附件发送。"
NIL = "贵单位今年不举办活动的情况已收到并记录，无需再报送其他材料。感谢您的配合！"
ASKS_HOW = ("模板", "样表", "空白", "参加", "报名", "怎么报", "如何报", "怎么填", "如何填", "申报表", "登记表")
NOT_PROVEN = f"这封来信没有通过发信验证，登记没有改动。{NOT_SENT}"
SENT = re.compile(r"登记的|已登记|报过|我们?报|填[好过]|核对")  # «把登记的申报表发我一份»: no blank one
BROUGHT = {Said.COVER, Said.REPLACES, Said.FORGOTTEN_ATTACHMENT}
# «您那边如果回过信我是没收到的，能不能再发一遍»: our letter, and no file of his
ASKS_AGAIN = re.compile(
    r"(?=.*(?:(?:回[过的]?信|回复|回执|答复)[^。；;]{0,12}(?:没|未)有?(?:收到|看到)|(?:没|未)有?(?:收到|看到)[^，,。；;]{0,8}(?:回信|回复|回执|答复))).*(?:能|可|麻烦|请|帮)[^，,。；;]{0,8}(?:再|重新?|补)[^，,。；;]{0,4}发(?!来|给[您你])"
)
# «桃城中学那份有没有问题»
ASKED_OF = re.compile(
    r"(?:^|[，,。；;？?\s])(?!我|本|贵|咱|上|前|之|原|第|请|那|这)([\u4e00-\u9fff]{2,10}?)(?:的)?那[份个张项](?!活动)"
)
# «我想在9月19日晚上办一场看星星的活动»: who is not known here, and has sent no form.
PLANS = re.compile(
    r"(?:我|咱|我们|本)[^，,。；;？?]{0,6}(?:想|打算|准备|计划|希望|愿意|拟)(?:(?!不)[^。；;？?]){0,40}(?:办|开展|组织|搞|开|做)(?:(?!不)[^。；;？?]){0,24}(?:活动|讲座|展|课|科普|咨询|义诊)"
)
HOW_TO_REPORT = "欢迎参加科普日活动。如要报送活动，请填写随信附上的申报表，直接回复本邮件发来；不便填表的，也可以在回信中照表上的栏目一行写一项，例如“活动名称：……”“活动时间：……”。"
LONGEST_TITLE = 16  # characters
PICTURED = re.compile(r"照片|图片|扫描件?|截图|拍照|照")
# «确认收到», «核对无误» confirm nothing where nothing waits.
HEARD = re.compile(r"(?:好的?|嗯+|哦|行|明白|知道|了|啊|哈|嘞|滴|\W)+")
RECEIVED = re.compile(r"收到|收悉|知悉|知晓|已阅|无误|没有?问题|正确|没错")


def answer_letter(case: Case, parts: Sequence[Form]) -> Decision | None:
    """What becomes of a mail without forms by what it says; None where it says nothing, or only hands over pictures, and for files of another
    kind than ours (*parts*) that came without our asking."""
    letter = case.read.letter
    if parts and not is_talk(case):
        return None
    ref = next((one.ref for one in targets(case.known)), "")
    if letter.is_thanks and not files_of(case.read):
        return Decision(Outcome.LETTER, "courtesy only", ref=ref)
    has_pictures = any(not one.is_body for one in case.read.documents)
    if not letter.statements or (has_pictures and all(hands_over(one) for one in letter.statements)):
        return None
    if writes_for_office(case):
        if case.rules.require_auth and failed_check(case.read):
            decision = unheeded("", not_vouched_for(case.read.message))
            refusal = no_answer(case, template="command_unheeded")
            return replace(decision, reply=None, why=refusal) if refusal else decision
        return with_person(to_office(case), Talk(text_of(case.read.message), passed_on=list(letter.statements)))
    if is_meant_for_others(case):
        talk = Talk(text_of(case.read.message), passed_on=list(letter.statements))
        asks = letter.of(Said.QUESTION, Said.STATUS_QUESTION)
        return with_person(spoken(case, talk, []) if asks else Decision(Outcome.LETTER, ref=ref), talk)
    settled = settle_changes(case)
    if often := next((one.ref for one in settled if case.known.worded.get(one.ref, 0) >= MOST_WORDED), ""):
        return too_often(case, often)
    proposed = settle_proposals(case, settled)
    # What somebody proposes who may not change the form waits for a person, as if it were certain.
    held = {one.ref: one for one, _ in proposed if one.state is ItemState.HELD}
    # It holds what is certain, too.
    settled = [replace(held.pop(one.ref), version=one.version) if one.ref in held else one for one in settled]
    settled += held.values()
    proposals = [(one, changes) for one, changes in proposed if one.state is not ItemState.HELD]
    talk = talk_of(case, settled, [one for one, _ in proposed])
    talk.told += [asks_whether(proposals)] if proposals else []
    talk.told += [ask_which(talk.unclear, case)] if talk.unclear else []
    waiting = [one for one, _ in proposals]
    if settled:
        gone = withdrawn_too(case, talk, {one.ref for one in settled})
        decision = conclude(case, settled, [], case.known.last_number, notes_of(talk))
        return with_person(
            replace(decision, settled=(*settled, *waiting), changes=(*decision.changes, *gone)), talk, waiting
        )
    if done := asked_beside(case, talk):
        return done
    decision = with_person(spoken(case, talk, waiting), talk, waiting)
    return replace(decision, reviews=(*decision.reviews, *reviews_of_others(parts)))


def hands_over(one: Statement) -> bool:
    """Whether it only says what is attached; «活动照片» is all that many write."""
    is_title = one.kind is Said.OTHER and len(one.words) <= LONGEST_TITLE and bool(PICTURED.search(one.words))
    return one.kind in BROUGHT or is_title


def spoken(case: Case, talk: Talk, waiting: Sequence[Settled]) -> Decision:
    """The answer to a letter that changes nothing at once. A stranger's question gets a reference of its own, under which it goes on."""
    known = case.known
    ref, number = thread_reference(case) or next((one.ref for one in waiting), ""), 0
    if not ref and known.thread is None and not known.mine and talk.passed_on:
        ref, number = letter_reference(case, known.last_number)
    reply = (taught(case, talk) if not waiting else None) or plain_answer(case, talk, ref)
    refusal = no_answer(case, template=reply.template) if reply else ""
    is_told = reply is not None and not refusal
    return Decision(
        Outcome.LETTER,
        refusal,
        settled=tuple(waiting),
        reply=reply if is_told else None,
        ref=ref if is_told or not number else "",
        last_number=number if is_told else 0,
        nil_units=(talk.nil,) if talk.nil else (),
    )


def is_talk(case: Case) -> bool:
    """Whether the mail goes on with what we have to do with each other: our letter, a form of the sender's, or the office itself."""
    known = case.known
    named = any(known.ref(ref) for ref in known.answered)
    return named or bool(known.mine) or known.thread is not None or writes_for_office(case)


def thread_reference(case: Case) -> str:
    """The reference under which a mail without forms goes on: of the form that it answers or names (of several the one whose activity it
    names, or the one that is open), of the letter that it answers, of the sender's only form; empty where there is none."""
    about = targets(case.known)
    open_ones = [one.ref for one in about if one.status is Status.NEEDS_CORRECTION]
    by_name = refs_named(text_of(case.read.message), case) or refs_named(case.read.message.subject, case)
    found = (*by_name, *(open_ones if len(open_ones) == 1 else ()), *(one.ref for one in about))
    mine = {one.ref for one in case.known.mine}
    # A letter that speaks of none of several goes under none of them: an answer to it would be taken for a word about that one.
    return next(iter(found), "") or case.known.thread or (mine.pop() if len(mine) == 1 else "")


def unit_of_sender(case: Case) -> str:
    """Whom a letter without forms greets: the unit of the roster's address, else the one for which he always wrote."""
    listed, earlier = case.rules.roster.by_sender(case.read.sender), case.known.sender_units
    if len(listed) == 1:
        return listed[0].unit.name
    return earlier[0] if len(earlier) == 1 else ""


def writes_for_office(case: Case) -> bool:
    """A coordinator who has no forms of his own here writes as the office, not as a unit."""
    return case.read.sender in case.rules.coordinators and not case.known.mine


def to_office(case: Case) -> Decision:
    """To a coordinator whose mail is no command: nothing was done, and what can be asked."""
    files = [f"“{name}”" for name in files_of(case.read)]
    words = ["来信已列入“需要人工处理”清单。"]
    if files:
        more = "等" if len(files) > MOST_LISTED else ""
        words.append(f"附件{'、'.join(files[:MOST_LISTED])}{more}已留存，不是本次活动的表格。")
    told = "、".join(COMMANDS.values())
    words.append(f"需要查询或办理的，请在正文第一行只写一条指令：{told}（查询后写单位名称，通过、退回后写受理号）。")
    ref = thread_reference(case)
    reply = replace(plain_reply(ref, "来信没有自动办理", tuple(words)), template="command_unknown")
    refusal = no_answer(case, template=reply.template)
    return Decision(Outcome.LETTER, refusal, reply=None if refusal else reply, ref=ref)


def plain_answer(case: Case, talk: Talk, ref: str) -> Reply | None:
    """What is settled, what was passed on, one thing once; None where there is nothing to say."""
    files = [f"“{name}”" for name in files_of(case.read)[:MOST_LISTED]]
    others = f"收到的附件不是申报表、汇总表或活动总结：{'、'.join(files)}。" if files else ""
    lacking = LACKING if talk.is_lacking else ""
    paragraphs = tuple(filter(None, (*talk.told, lacking, talk.sentence(is_beside=bool(talk.told)), others)))
    if paragraphs and failed_check(case.read) and is_known_here(case):
        paragraphs = (*paragraphs, NOT_PROVEN)
    if not paragraphs:
        return None
    unit = next((one.unit for one in targets(case.known) if is_on_record(case, one)), "") or unit_of_sender(case)
    reply = replace(unit_reply(ref, unit or talk.nil, *paragraphs), template="letter")
    return replace(reply, attach=blanks((), case.rules)) if talk.wants_blanks else reply


def is_known_here(case: Case) -> bool:
    """Whether the letter bears an address on record, and not our code."""
    forms = (*targets(case.known), *case.known.mine)
    return any(is_on_record(case, one) for one in forms) and not case.known.tokens


def taught(case: Case, talk: Talk) -> Reply | None:
    """How to answer, where somebody tried to put something right that is still open; None elsewhere, and for whoever may not change it."""
    mine = [one for one in targets(case.known) if standing(one, case, in_words=True) is not Standing.HELD]
    is_open = any(has_errors(one.problems) for one in mine)
    if not mine or not is_open or not (talk.tried or talk.is_lacking):
        return None
    items = tuple(
        Item(
            one.kind,
            ItemState.NEEDS_CORRECTION if has_errors(one.problems) else ItemState.UNCHANGED,
            title_of(stored_form(one, case.rules.definitions)),
            "",
            one.ref,
            one.version,
            one.unit,
            problems=one.problems,
        )
        for one in mine
    )
    notes = (LACKING,) if talk.is_lacking else (talk.sentence(),)
    return Reply(
        MailKind.ANSWER,
        "not_understood",
        next((one.ref for one in mine if has_errors(one.problems)), mine[0].ref),
        items=items,
        unit=mine[0].unit,
        notes=(*talk.told, *notes),
        not_understood=tuple(files_of(case.read)),
    )


def too_often(case: Case, ref: str) -> Decision:
    why = f"24小时内已按来信中的文字修改 {ref} {MOST_WORDED} 次"
    words = for_person([case.read.message.new_text])
    known = case.known.ref(ref)
    reply = replace(unit_reply(ref, known.unit if known else "", OFTEN), template="command_unknown")
    refusal = no_answer(case, template=reply.template)
    done = "，也没有回信" if refusal else ""
    review = ReviewItem(ReviewReason.WORDS, f"{why}，这次没有修改{done}，请人工查看：{words}", ref=ref)
    return Decision(Outcome.LETTER, why, reply=None if refusal else reply, reviews=(review,), ref=ref)


def talk_of(case: Case, settled: Sequence[Settled], waiting: Sequence[Settled]) -> Talk:
    """What each statement of the letter comes to."""
    talk = Talk(text_of(case.read.message), case.read.letter.statements)
    has_files = bool(files_of(case.read))
    if pictures := pictures_of(case):
        names = "、".join(f"“{name}”" for name in pictures[:MOST_LISTED])
        talk.told.append(f"附件{names}已收到。")
    for one in case.read.letter.statements:
        if one.kind in (Said.VALUE, Said.CHANGE):
            hear_value(one, case, talk, settled, waiting)
        elif one.kind in BROUGHT:
            if has_files:
                continue
            if pictures:
                talk.pass_on(one)  # of what nobody could read a person looks at the picture
            elif case.read.letter.says_attached:
                talk.is_lacking = True
            else:
                talk.pass_on(one)  # «我局已通过内网报送»
        elif one.kind is Said.NIL_REPORT:
            hear_nil(one, case, talk)
        elif one.kind is Said.STATUS_QUESTION or (one.kind is Said.QUESTION and ASKS_AGAIN.search(one.words)):
            hear_status(one, case, talk)
        elif one.kind is Said.QUESTION:
            hear_question(one, case, talk)
        elif one.kind is not Said.THANKS:
            hear_else(one, case, talk)
    if not is_talk(case) and any(PLANS.search(one.words) for one in talk.passed_on):
        talk.told.append(HOW_TO_REPORT)
        talk.wants_blanks = True
    if failed_check(case.read) and not case.known.tokens:
        talk.tried = False  # whoever wrote it is not taught how to change what stands
    return talk


def hear_else(one: Statement, case: Case, talk: Talk) -> None:
    """Words for a person; a «确认» that nothing waits for is told what is still open."""
    if not is_mere_yes(one, case):
        talk.pass_on(one)
    elif lacking := still_lacking(one.words, targets(case.known), case):
        talk.told.append(lacking)


def is_mere_yes(one: Statement, case: Case) -> bool:
    """«收到», and a «确认» in answer to a letter of ours that asked for none; what the office itself wrote may have asked for it."""
    if one.kind is Said.CONFIRM and is_only_received(one, case):
        return True
    known = case.known
    # A version after the one in force may have waited for this word, too long ago: a person sees it.
    held = any(known.versions.get(one.ref, 0) > one.version for one in known.submissions if one.ref in known.answered)
    asked = held or known.which or known.answers_office or any(not waiting.is_done for waiting in known.waiting)
    return one.kind in (Said.CONFIRM, Said.OTHER) and bool(known.answered) and not asked and says_yes(one.words)


def is_only_received(one: Statement, case: Case) -> bool:
    """«收到», or a «好的» that leads to something else."""
    is_first = len(case.read.letter.statements) > 1 and bool(HEARD.fullmatch(one.words))
    return is_first or bool(RECEIVED.search(one.words))


def hear_value(one: Statement, case: Case, talk: Talk, settled: Sequence[Settled], waiting: Sequence[Settled]) -> None:
    """A value: put in, proposed, or as it stands already; else a person's, and where only its form is open its writer is asked which."""
    put_in = {form.ref for form in settled}
    told = [(target, answers) for target, answers in heard_by_form(case) if is_heard(one, answers)]
    if one.taken and any(target.ref in put_in or not answers.changes for target, answers in told):
        return
    meant = could_be_meant(case)
    if (
        one.certain
        and one.value is not None
        and len(meant) == 1
        and is_same(one, stored_form(meant[0], case.rules.definitions), case.rules)
    ):
        return  # it stands so
    if waiting and one.value is not None and not (one.taken and one.kind is Said.CHANGE and not told):
        return
    if one.taken and one.value is not None and len(meant) > 1 and not SWAPS.search(talk.text):
        talk.unclear.append(one)
        talk.answered.append(one)
    elif not is_aside(one, talk.said, talk.text):
        talk.tried = True
    talk.pass_on(one)


def hear_nil(one: Statement, case: Case, talk: Talk) -> None:
    """A unit has nothing to report. Whose word it is must be certain, and nothing of its own may stand against it."""
    listed = case.rules.roster.by_sender(case.read.sender)
    units = {match.unit.name for match in listed} | set(case.known.sender_units)
    stands = [form for form in (*case.known.mine, *case.known.drafts) if form.status not in GONE]
    named = case.rules.roster.match(str(one.value)) if one.value else None
    is_anothers = named is not None and named.unit.name not in units
    if len(units) != 1 or stands or is_anothers or failed_check(case.read):
        talk.pass_on(one)
        return
    talk.nil = units.pop()
    talk.told.append(NIL)


def hear_status(one: Statement, case: Case, talk: Talk) -> None:
    """«收到了吗»: what stands for this address. Who is on record for nothing hears nothing of any form, and a person looks."""
    mine = {form.ref: form for form in (*targets(case.known), *case.known.mine)}
    gone = [form for form in case.known.submissions if form.status in GONE]
    forms = {form.id: form for form in (*mine.values(), *case.known.drafts, *gone) if is_on_record(case, form)}
    theirs = sorted(forms.values(), key=lambda form: form.ref)
    if not theirs:
        talk.pass_on(one)
        return
    told = "\n".join(
        f"{form.ref}　{quoted_name(form)}：{state_of(form, case)}{when_of(form, case)}" for form in theirs[:MOST_LISTED]
    )
    if any(is_of_another(name, theirs) for name in ASKED_OF.findall(one.words)):
        talk.pass_on(one)  # «一中那份收到没有»: of another's forms a person decides
    more = f"\n等{len(theirs)}项" if len(theirs) > MOST_LISTED else ""
    standing_now = f"贵单位报来的材料目前登记如下：\n{told}{more}"
    if standing_now not in talk.told:
        talk.told.append(standing_now)


def is_of_another(name: str, theirs: Sequence[KnownSubmission]) -> bool:
    """Whether *name*, as the writer calls it, is in none of his forms."""
    called = [f"{form.unit}{form.title}" for form in theirs]
    return not any(all(letter in one for letter in name) for one in called)


def hear_question(one: Statement, case: Case, talk: Talk) -> None:
    """A question: answered from the admin's list where it is there, and always seen by a person."""
    known = next((known for known in case.rules.questions if known.answer_to(one.words)), None)
    if known:
        talk.told.append(known.answer)
        talk.answered.append(one)
    asks_how = not case.known.mine and any(word in one.words for word in ASKS_HOW) and not SENT.search(one.words)
    talk.wants_blanks = talk.wants_blanks or asks_how or bool(known and known.brings_blanks)
    talk.pass_on(one)


def pictures_of(case: Case) -> list[str]:
    """The pictures that the letter says it brings; one in the signature is none."""
    shown = {part.name for part in case.read.message.parts if part.inline}
    found = [one.name for one in case.read.documents if one.format == "image" and one.name not in shown]
    is_told = any(PICTURED.search(one.words) for one in case.read.letter.of(*BROUGHT))
    return found if is_told else []


def files_of(read: Read) -> list[str]:
    """The files that came with a letter; a signature's picture is none."""
    return [one.name for one in read.documents if not one.is_body and one.format != "image"]
