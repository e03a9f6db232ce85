"""A mail whose content is its words: everything that it says is settled here, or stands before a person and its writer is told so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.decision.brakes import no_answer
from bot.decision.compose import blanks, conclude
from bot.decision.facts import Case, KnownSubmission, Read
from bot.decision.model import Decision, Item, ItemState, MailKind, Reply, ReviewItem, Settled
from bot.decision.reply import COLLECTED, title_of
from bot.decision.reviews import reviews_of
from bot.decision.states import GONE, Outcome, ReviewReason, Status
from bot.decision.versions.content import stored_form
from bot.decision.versions.standing import Standing, is_on_record, standing
from bot.decision.words.about import targets
from bot.decision.words.changes import asks_whether, settle_changes, settle_proposals
from bot.decision.words.granting import decide_request, plain_reply
from bot.decision.words.passed_on import for_person, told_of
from bot.decision.words.requests import Request, Wish, refs_in
from bot.statements.model import Said, Statement

# So often may words change a form within 24 hours; then a person looks.
MOST_WORDED = 3
MOST_LISTED = 10  # forms that an answer lists
LACKING = "来信提到了附件或改好的表格，但我们没有收到附件，请检查后重新添加附件发送。"
HOW_TO = "如是要更正表中内容，请写明栏目，一行写一处，例如“活动地点：晋江市图书馆三楼”，收到后即更正。"
NIL = "贵单位今年不举办活动的情况已收到并记录，无需再报送其他材料。感谢您的配合！"
BROUGHT = {Said.COVER, Said.REPLACES, Said.FORGOTTEN_ATTACHMENT}
ASKED = {Said.QUESTION, Said.STATUS_QUESTION}
SILENT = {Said.THANKS, Said.CONFIRM}


@dataclass(slots=True)
class Talk:
    """What is answered: ``told`` in the order of the letter, ``passed_on`` the words that go to a person, ``tried`` those among them that name a value;
    ``nil``: the unit that has nothing to report; ``wants_blanks``: it asks for the form."""

    told: list[str] = field(default_factory=list)
    passed_on: list[Statement] = field(default_factory=list)
    tried: bool = False
    nil: str = ""
    is_lacking: bool = False
    wants_blanks: bool = False

    def pass_on(self, one: Statement) -> None:
        self.passed_on.append(one)

    def sentence(self) -> str:
        """What the writer is told of the words that go to a person; empty where none do."""
        if not self.passed_on:
            return ""
        words = list(dict.fromkeys(one.words for one in self.passed_on))
        return told_of(words, is_question=all(one.kind in ASKED for one in self.passed_on))


def answer_letter(case: Case) -> Decision | None:
    """What becomes of a mail without forms by what it says; None where it says nothing, or only hands over pictures."""
    letter = case.read.letter
    ref = next((one.ref for one in targets(case.known)), "")
    if letter.is_thanks and not files_of(case.read):
        return Decision(Outcome.LETTER, "courtesy only", ref=ref)
    has_pictures = any(not one.is_body for one in case.read.documents)
    if not letter.statements or (has_pictures and all(one.kind in BROUGHT for one in letter.statements)):
        return None
    settled = settle_changes(case)
    if often := next((one.ref for one in settled if case.known.worded.get(one.ref, 0) >= MOST_WORDED), ""):
        return too_often(case, often)
    proposals = settle_proposals(case, settled)
    talk = talk_of(case, settled, [one for one, _ in proposals])
    talk.told += [asks_whether(changes) for _, changes in proposals]
    waiting = [one for one, _ in proposals]
    if settled:
        decision = conclude(case, settled, [], case.known.last_number, notes_of(talk))
        return with_person(replace(decision, settled=(*settled, *waiting)), talk, waiting)
    if withdrawal := withdrawn(case, talk):
        return withdrawal
    return with_person(spoken(case, talk, waiting, ref), talk, waiting)


def spoken(case: Case, talk: Talk, waiting: Sequence[Settled], ref: str) -> Decision:
    """The answer to a letter that changes nothing at once."""
    reply = (taught(case, talk) if not waiting else None) or plain(case, talk, ref)
    refusal = no_answer(case, template=reply.template) if reply else ""
    return Decision(
        Outcome.LETTER,
        refusal,
        settled=tuple(waiting),
        reply=None if refusal else reply,
        ref=reply.ref if reply else ref,
        nil_units=(talk.nil,) if talk.nil else (),
    )


def plain(case: Case, talk: Talk, ref: str) -> Reply | None:
    """What is settled, what was passed on, one thing once; None where there is nothing to say."""
    paragraphs = (*talk.told, *((LACKING,) if talk.is_lacking else ()), *filter(None, (talk.sentence(),)))
    if not paragraphs:
        return None
    unit = next((one.unit for one in targets(case.known) if is_on_record(case, one)), "")
    unit = unit or (case.known.sender_units[0] if len(case.known.sender_units) == 1 else talk.nil)
    reply = replace(plain_reply(ref, "", paragraphs), template="letter", unit=unit)
    return replace(reply, attach=blanks((), case.rules)) if talk.wants_blanks else reply


def taught(case: Case, talk: Talk) -> Reply | None:
    """How to answer, where somebody tried to put something right that is still open; None elsewhere, and for whoever may not change it."""
    mine = [one for one in targets(case.known) if standing(one, case, in_words=True) is not Standing.HELD]
    is_open = any(problem.is_error for one in mine for problem in one.problems)
    if not mine or not is_open or not (talk.tried or talk.is_lacking):
        return None
    items = tuple(
        Item(
            one.kind,
            ItemState.NEEDS_CORRECTION if any(problem.is_error for problem in one.problems) else ItemState.UNCHANGED,
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
        mine[0].ref,
        items=items,
        unit=mine[0].unit,
        notes=(*talk.told, *notes),
        not_understood=tuple(files_of(case.read)),
    )


def notes_of(talk: Talk) -> tuple[str, ...]:
    """What the answer to a changed form says beside."""
    sentence = talk.sentence()
    return (*talk.told, *((f"{sentence}{HOW_TO if talk.tried else ''}",) if sentence else ()))


def with_person(decision: Decision, talk: Talk, waiting: Sequence[Settled] = ()) -> Decision:
    """*decision* with what a person must see: what waits for a «确认», and the words that nobody has settled."""
    reviews = [*decision.reviews, *reviews_of(waiting)]
    if talk.passed_on:
        words = for_person(one.words for one in talk.passed_on)
        told = f"；未自动回复：{decision.why}" if decision.reply is None and decision.why else ""
        reviews.append(ReviewItem(ReviewReason.WORDS, f"来信所说请查看并答复：{words}{told}", ref=decision.ref))
    return replace(decision, reviews=tuple(reviews))


def too_often(case: Case, ref: str) -> Decision:
    why = f"24小时内已按来信中的文字修改 {ref} {MOST_WORDED} 次"
    words = for_person([case.read.message.new_text])
    review = ReviewItem(ReviewReason.WORDS, f"{why}，这次没有修改，也没有回信，请人工查看：{words}", ref=ref)
    return Decision(Outcome.LETTER, why, reviews=(review,), ref=ref)


def talk_of(case: Case, settled: Sequence[Settled], waiting: Sequence[Settled]) -> Talk:
    """What each statement of the letter comes to."""
    talk = Talk()
    has_files = bool(files_of(case.read))
    for one in case.read.letter.statements:
        if one.kind in (Said.VALUE, Said.CHANGE):
            is_settled = one.certain if settled or not case.read.letter.answers else is_same(one, case)
            if not is_settled and not (waiting and one.value is not None):
                talk.tried = True
                talk.pass_on(one)
        elif one.kind in BROUGHT:
            talk.is_lacking = talk.is_lacking or not has_files
        elif one.kind is Said.NIL_REPORT:
            hear_nil(one, case, talk)
        elif one.kind is Said.STATUS_QUESTION:
            hear_status(one, case, talk)
        elif one.kind is Said.QUESTION:
            hear_question(one, case, talk)
        elif one.kind not in SILENT:
            talk.pass_on(one)
    return talk


def is_same(one: Statement, case: Case) -> bool:
    """Whether a value stands so already."""
    return one.certain and all(not answers.changes for answers in case.read.letter.answers)


def hear_nil(one: Statement, case: Case, talk: Talk) -> None:
    """A unit has nothing to report. Whose word it is must be certain, and nothing of its own may stand against it."""
    listed = case.rules.roster.by_sender(case.read.sender)
    units = {match.unit.name for match in listed} | set(case.known.sender_units)
    stands = [form for form in case.known.mine if form.status not in GONE]
    named = case.rules.roster.match(str(one.value)) if one.value else None
    if len(units) != 1 or stands or (named is not None and named.unit.name not in units):
        talk.pass_on(one)
        return
    talk.nil = units.pop()
    talk.told.append(NIL)


def hear_status(one: Statement, case: Case, talk: Talk) -> None:
    """«收到了吗»: what stands for this address. Who is on record for nothing hears nothing of any form, and a person looks."""
    mine = {form.ref: form for form in (*targets(case.known), *case.known.mine)}
    theirs = [form for form in mine.values() if is_on_record(case, form)]
    if not theirs:
        talk.pass_on(one)
        return
    told = "\n".join(f"{form.ref}　{name_of(form)}：{state_of(form)}" for form in theirs[:MOST_LISTED])
    more = f"\n等{len(theirs)}项" if len(theirs) > MOST_LISTED else ""
    talk.told.append(f"贵单位报来的材料目前登记如下：\n{told}{more}")


def hear_question(one: Statement, case: Case, talk: Talk) -> None:
    """A question: answered from the admin's list where it is there, and always seen by a person."""
    answer = next((found for known in case.rules.questions if (found := known.answer_to(one.words))), "")
    if answer:
        talk.told.append(answer)
    talk.wants_blanks = talk.wants_blanks or (
        not case.known.mine and any(w in one.words for w in ("表", "模板", "参加"))
    )
    talk.pass_on(one)


def state_of(form: KnownSubmission) -> str:
    errors = sum(problem.is_error for problem in form.problems)
    if form.status == Status.NEEDS_CORRECTION:
        return f"已收到，还有{errors}处待补正"
    return {Status.ACCEPTED: "已登记", Status.HELD: "待核实", Status.WITHDRAWN: "已撤回", Status.REJECTED: "已退回"}[
        Status(form.status)
    ]


def name_of(form: KnownSubmission) -> str:
    return f"“{form.title}”" if form.title else COLLECTED[form.kind]


def withdrawn(case: Case, talk: Talk) -> Decision | None:
    """A withdrawal among other words: done as if it stood alone, all else goes its way."""
    asked = [one for one in talk.passed_on if one.kind is Said.WITHDRAWAL]
    if len(asked) != 1:
        return None
    value = str(asked[0].value or "")
    refs = refs_in(value)
    request = Request(Wish.WITHDRAW, refs, "" if refs else value)
    decision = decide_request(request, case)
    if decision is None or decision.reply is None:
        return None
    talk.passed_on.remove(asked[0])
    refusal = no_answer(case, template=decision.reply.template)
    reply = replace(decision.reply, notes=(*decision.reply.notes, *notes_of(talk)))
    return with_person(replace(decision, reply=None if refusal else reply, why=refusal or decision.why), talk)


def files_of(read: Read) -> list[str]:
    """The files that came with a letter; a signature's picture is none."""
    return [one.name for one in read.documents if not one.is_body and one.format != "image"]
