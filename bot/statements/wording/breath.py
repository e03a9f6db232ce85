"""A letter told to a telephone in one breath: the marks that its writer would have set, before anything of it is read. Pure.

Only a run that goes on for long without mark or blank gets any; none of its letters changes its place among the others (``Marked.unmarked``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.statements.model import Answers, Letter
from bot.statements.wording.spoken import COMPLETE, CUT, DANGLES, OPENS, TOPIC

RUN = re.compile(r"[^\s，,。；;！!？?、：:“”\"「」『』《》（）()…—]{36,}")
# What a long text tells needs no marks of ours.
TELLS_LONG = re.compile(r"(?:内容|简介)(?:那里|那栏|就|请|帮我|要|应该?|可以)*(?:写|填|改|是|为|补)")
# A sentence of its own: of the next activity, or what comes besides.
SENTENCE = re.compile(
    r"(?<![和与跟及给把将对让叫是到由在比向被为这那改])(?=第[一二三四五六][个场份项张](?!月|星期|周|半|是|问)|另外(?!的|一)|对了(?!一)|辛苦[您你])"
    r"|(?<![好行那了])(?=(?:好|行|那)*就这样(?![改写填登报]))|(?<![常分次先万多真很好了])(?=好?了?谢谢)|(?<=了)(?<!好了)(?=谢谢)"
)
# A clause: words that open one, and a field that is spoken of.
CLAUSE = re.compile(
    r"(?<![和与跟及给把将对让叫是到由在比向被为说成])(?=然后|还有(?!的|一[些点位个]|[两二三四五六七八九十几\d]+[个位名天])|如果|要是(?!的)|万一|因为|所以|但是|不过|[您你](?:看|记|那边)|麻烦[您你老帮]"
    rf"|我(?:们)?(?:现在|在外|这边|这里|开着?[会车]|说一?下|跟您|就是想|想问|语音|叫)|[一二]个是(?={TOPIC}|座机|公众|邮)|就是(?:我们|那个|{TOPIC})|原来(?:那个|的那|登的?|的号)|那个我们|(?<!们)(?<!有)(?<!联系人)[那这]个{TOPIC}|(?<![的们个那]){TOPIC}(?:没[错变改]|不[变动]|照旧)"
    r"|[\u4e00-\u9fff]字[旁头底]的|我们(?:就|只好|决定)?[改换挪搬移][到去在]|(?<!在)那[里边](?:有|更|比较|宽|凉|[能可]以?))"
    # Behind a number of eight digits, an address of mail, how many people, what is wrong, unless it goes on: «…改成…», «…是旧号».
    r"|(?:(?<=\d{8})|(?<=\.com)|(?<=\.cn)|(?<=\.net))(?=[\u4e00-\u9fff])(?!(?!就是\d)[改换变更调修应是的这那就错有作停不写打或和跟与转分到至为才多少漏也都还在])"
    rf"|(?<=[\d十百千]人)(?={TOPIC}|[您你我]|好)|(?:(?<=一下)|(?<=[了错变]))(?=(?:那就)?(?:换成|改成|改到|改为|换到|挪到|搬到|推到|从[^，,]{{1,8}}(?:改|减|加)))"
)
# «蒋雨桐桐是梧桐的桐»: which letter is meant.
SPELT = re.compile(
    r"(?P<letter>[\u4e00-\u9fff])(?=(?P<how>(?P=letter)(?:就?是)?[\u4e00-\u9fff]{1,4}的(?P=letter)(?!字)|(?P=letter)(?:就?是)?[\u4e00-\u9fff]{1,4}的(?P=letter)字))"
)
NOT_BUT = re.compile(
    r"(?<![是可要还就都也才])(?P<not>不是)(?![说因我您你是])[^是]{2,24}?(?P<but>(?<![就还也都可要])是)(?!不是)"
)


class Marked(Struct, frozen=True):
    """A *text* with marks at *places* that its writer did not set."""

    text: str
    places: tuple[int, ...] = ()

    def unmarked(self, letter: Letter, original: str) -> Letter:
        """*letter*, with its words as they stand in the *original*."""
        if not self.places:
            return letter

        def place(at: int) -> int:
            return at - bisect_left(self.places, at)

        def words(written: str) -> str:
            at = self.text.find(written)
            return original[place(at) : place(at + len(written))] if at >= 0 else written

        def answers(one: Answers) -> Answers:
            heard = tuple(replace(value, written=words(value.written)) for value in one.heard)
            return replace(one, unknown=tuple(map(words, one.unknown)), heard=heard)

        said = (
            replace(one, words=original[place(one.begin) : place(one.begin + len(one.words))], begin=place(one.begin))
            for one in letter.statements
        )
        return replace(letter, statements=tuple(said), answers=tuple(map(answers, letter.answers)))


def marked(text: str, plain: str) -> Marked:
    """*text*, which reads *plain* in plain characters, with marks in what was told in one breath."""
    joints = {run.start() + at: mark for run in RUN.finditer(plain) for at, mark in joints_in(run.group())}
    pieces, places, last = [], [], 0
    for number, at in enumerate(sorted(joints)):
        pieces += [text[last:at], joints[at]]
        places.append(at + number)
        last = at
    return Marked("".join((*pieces, text[last:])), tuple(places))


def joints_in(run: str) -> Iterator[tuple[int, str]]:
    """Where in *run* a thought begins, with the mark before it."""
    end = match.start() if (match := TELLS_LONG.search(run)) else len(run)
    sentences = {match.start() for match in SENTENCE.finditer(run)}
    clauses = {match.start() for one in (CLAUSE, OPENS) for match in one.finditer(run)}
    pairs = {match.start("but") for match in NOT_BUT.finditer(run)} | {
        at for match in SPELT.finditer(run) for at in (match.end(), match.end("how"))
    }
    clauses |= pairs | {match.start("not") for match in NOT_BUT.finditer(run)}
    perhaps = {match.start() for match in CUT.finditer(run)} - clauses - sentences
    last = 0
    for at in sorted(sentences | clauses | perhaps):
        before = run[last:at]
        is_said = len(before) >= SHORTEST and (at not in perhaps or COMPLETE.search(before))
        if is_said and at < end and (at in pairs or not (DANGLES.search(before) or LEADS.search(before))):
            yield at, "。" if at in sentences else "，"
            last = at


LEADS = re.compile(r"(?:[成为到叫说]|就是|还有|因为|所以|那个|那天|当天|[今明后去]年|麻烦)$")
SHORTEST = 2  # characters of what is said
