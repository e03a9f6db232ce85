"""Which row of which summary table lists which registration, whoever sent the two. Pure.

A county's table lists the activities of its units, whose forms came from these; the unit's own table may list them again. An activity counts
once wherever it is told; two activities of one name are two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import isqrt

from msgspec import Struct, field

from bot.base import expressions as re
from bot.base.text import name_key, similarity, squeeze
from bot.forms.renamed import are_one_place, closeness, place_key
from bot.forms.units.index import WHOLE_PLACE
from bot.forms.units.names import LONGEST, OfficeName, alternatives, is_no_name, several, split_name, todays
from bot.forms.units.roster import Roster

SAME_PLACE = 0.9  # of two venues
ALIKE = 0.8  # of names, and only where unit, day and telephone agree as well
MOST_COMPARED = (
    20_000  # rows times registrations of one name; beyond that only those of a unit that the row names are compared
)
OTHER_DAYS = 3  # what ``days_apart`` says of two activities
LEAST_BOND = (1, 2, 2, 3)  # for the same day, days that touch, a day not told, other days
MOST_NAMES, MOST_ROSTERS = 20_000, 4  # kept in memory
NUMERALS = re.compile(r"[\d一二三四五六七八九十]")
DAY_BEHIND = re.compile(
    r"(?:(?:20\d\d年?)?\d{1,2}月(?:\d{1,2}[日号]?)?(?:[至到]?(?:\d{1,2}月)?\d{1,2}[日号])?(?:[上下]午|晚上?|全天)?|(?<=[\u4e00-\u9fff])\d{3,4})$"
)
SESSION = re.compile(r"第[\d一二三四五六七八九十]{1,3}届|20\d\d年度?")
ROLE = re.compile(r"(?:主|承|协|主承)办(?:单位|方)?\s*[:：]")

Identity = tuple[str, int]  # of a registration its reference and 0, of a row its table's and its position


class Told(Struct, frozen=True):
    """One activity as one place tells it: a registration, or (``is_row``) a row of the summary table ``source``.

    ``units`` are its hosts as written, ``start`` and ``end`` ISO days, ``phones`` the last eight digits of each number.
    """

    source: str
    position: int
    is_row: bool
    unit: str
    name: str
    units: str = ""
    start: str = ""
    end: str = ""
    venue: str = ""
    phones: frozenset[str] = frozenset()

    @property
    def identity(self) -> Identity:
        return self.source, self.position

    @property
    def key(self) -> str:
        return pair_key(name_key(self.name))


class Pairs(Struct):
    """``listed``: row -> its registration; ``same``: a row without form -> the row of another table that tells the same activity."""

    listed: dict[Identity, Told] = field(default_factory=dict)
    same: dict[Identity, Told] = field(default_factory=dict)


@lru_cache(maxsize=8192)
def pair_key(key: str) -> str:
    """A ``name_key`` without what one clerk writes and another does not: the session, the year, the day behind the name."""
    shorter = re.sub(r"(?:系列)?活动$", "", DAY_BEHIND.sub("", SESSION.sub("", key)))
    return shorter if len(shorter) >= 3 else key


def numbers_in(*texts: str) -> frozenset[str]:
    """The last eight digits of each telephone number, so that an area code makes no difference."""
    found = re.findall(r"\d[\d\- ]{5,}\d", "\n".join(texts))
    return frozenset(re.sub(r"\D", "", number)[-8:] for number in found)


class Kin:
    """Which units are one, and which lists another's activities."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.known: dict[str, frozenset[OfficeName]] = {}
        self.hosts: dict[str, tuple[str, ...]] = {}
        self.above: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {}

    def offices(self, name: str) -> frozenset[OfficeName]:
        """*name* in every way in which it can be understood."""
        found = self.known.get(name)
        if found is None:
            match = self.roster.match(name) if name else None
            names = {name[:LONGEST], *([match.unit.name] if match and match.certain else [])}
            split = [split_name(form, self.roster.index.stems) for one in names for form in alternatives(one)]
            found = frozenset(OfficeName(one.place, one.level, todays(one.body)) for one in split)
            self.known[name] = found
        return found

    def are_one(self, one: str, other: str) -> bool:
        if one == other:
            return bool(one)
        return any(
            a.body == b.body
            and bool(a.body or a.place)
            and (a.place == b.place or (a.body and not (a.place and b.place)))
            for a in self.offices(one)
            for b in self.offices(other)
        )

    def named(self, text: str) -> tuple[str, ...]:
        """The single units in a cell of hosts."""
        found = self.hosts.get(text)
        if found is None:
            parts = several(ROLE.sub("、", text[: 5 * LONGEST]))
            found = self.hosts[text] = tuple(dict.fromkeys(part for part in parts if not is_no_name(part)))
        return found

    def is_above(self, one: str, other: str) -> bool:
        """Whether *one*'s table may list *other*'s activities: a county's for the units of the county, a house's for its parts, a
        parent's (or the head of a group) as the roster says."""
        if not one or not other or self.are_one(one, other):
            return False
        upper, lower = squeeze(one), squeeze(other)
        if lower.startswith(upper) and len(upper) >= 4:
            return True
        heads, places = self.superiors(other)
        return self.is_whole(one, places) or any(self.are_one(one, head) for head in heads)

    def superiors(self, name: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """The units that the roster puts above *name*, and the places that *name* and these belong to."""
        found = self.above.get(name)
        if found is None:
            entry = self.roster.match(name)
            named = (entry.unit.parent, entry.unit.group) if entry is not None and entry.certain else ()
            heads = tuple(head for head in named if head)
            found = self.above[name] = heads, frozenset().union(*map(self.places, (name, *heads)))
        return found

    def is_whole(self, name: str, places: frozenset[str]) -> bool:
        """Whether *name* stands for one of *places* as a whole (its association, its government)."""
        return any(one.body in WHOLE_PLACE and one.place and one.place in places for one in self.offices(name))

    def places(self, name: str) -> frozenset[str]:
        county = self.roster.county(name)
        found = {one.place for one in self.offices(name) if one.place}
        return frozenset(found | ({county, county[:-1]} if county else set()))


KIN: dict[int, Kin] = {}


def kin_of(roster: Roster) -> Kin:
    """One for each roster object, so that names are understood once."""
    found = KIN.get(id(roster))
    if found is None or found.roster is not roster or len(found.known) > MOST_NAMES:
        if len(KIN) >= MOST_ROSTERS:
            KIN.clear()
        found = KIN[id(roster)] = Kin(roster)
    return found


def pair(told: Sequence[Told], roster: Roster) -> Pairs:
    """The pairs among *told* (of one name or of many); where there is a choice, what comes first in *told* is preferred.

    A row has one registration, and in one table a registration has one row, but for a row that was typed twice.
    """
    kin, pairs = kin_of(roster), Pairs()
    by_key: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if key := one.key:
            by_key[key].append(one)
    for same in by_key.values():
        forms, rows = [one for one in same if not one.is_row], [one for one in same if one.is_row]
        if forms and rows:
            pair_named(forms, rows, kin, pairs)
    pair_alike(told, kin, pairs)
    for same in by_key.values():
        merge_rows([one for one in same if one.is_row and one.identity not in pairs.listed], kin, pairs)
    merge_alike(told, kin, pairs)
    return pairs


def pair_named(forms: Sequence[Told], rows: Sequence[Told], kin: Kin, pairs: Pairs) -> None:
    """Pairs of one name, the surest first: the same day before days that only touch or are not told, the row's own unit before one below."""
    of_unit: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        of_unit[form.unit].append(number)
    found: list[tuple[int, int, int, int]] = []
    for index, row in enumerate(rows):
        near: Iterable[int] = range(len(forms))
        if len(forms) * len(rows) > MOST_COMPARED:
            near = [number for unit in dict.fromkeys((row.unit, *kin.named(row.units))) for number in of_unit[unit]]
        for number in near:
            days, bond = days_apart(row, forms[number]), bond_of(row, forms[number], kin)
            if bond >= LEAST_BOND[days]:
                found.append((days, -bond, index, number))
    found.sort()
    taken: set[tuple[str, int]] = set()

    def take(index: int, number: int) -> None:
        pairs.listed[rows[index].identity] = forms[number]
        taken.add((rows[index].source, number))

    def is_free(index: int, number: int) -> bool:
        return rows[index].identity not in pairs.listed and (rows[index].source, number) not in taken

    for days, _, index, number in found:
        if days < OTHER_DAYS and is_free(index, number):
            take(index, number)
    # One row and one form are all that is left of the name: one of their days is a slip. Else they are two activities.
    left = [(index, number) for days, _, index, number in found if days == OTHER_DAYS and is_free(index, number)]
    of_row, of_form = Counter(index for index, _ in left), Counter((rows[i].source, number) for i, number in left)
    for index, number in left:
        if of_row[index] == of_form[rows[index].source, number] == 1:
            take(index, number)
    typed = {(row.source, row.start, squeeze(row.venue)): row.identity for row in rows if row.identity in pairs.listed}
    for row in rows:
        twice = typed.get((row.source, row.start, squeeze(row.venue)))
        if twice and row.identity not in pairs.listed:
            pairs.listed[row.identity] = pairs.listed[twice]


def days_apart(one: Told, other: Told) -> int:
    """0: the same first day; 1: the periods touch; 2: not told; 3: other days."""
    if not one.start or not other.start:
        return 2
    if one.start == other.start:
        return 0
    return 1 if one.start <= (other.end or other.start) and other.start <= (one.end or one.start) else 3


def is_occasion(one: Told, other: Told) -> bool:
    """The same first day and telephone at no other place: whoever tells it, it is one activity (a place alone is «一楼会议室» for many)."""
    return (
        bool(one.start) and one.start == other.start and bool(one.phones & other.phones) and is_same_place(one, other)
    )


def is_same_place(one: Told, other: Told) -> bool:
    """As far as both say."""
    place, other_place = squeeze(one.venue), squeeze(other.venue)
    return place in other_place or other_place in place or similarity(place, other_place) >= SAME_PLACE


def bond_of(row: Told, other: Told, kin: Kin) -> int:
    """How surely a row is about what *other*'s unit tells: 4 the row names the unit; 3 its own table, or the very occasion of a registration; 2 a
    table from above; 1 its own table, but the row names others; 0 not at all."""
    named, hosts = kin.named(row.units), kin.named(other.units)
    if any(kin.are_one(name, other.unit) for name in named):
        return 4
    is_own = kin.are_one(row.unit, other.unit)
    shares_host = any(kin.are_one(name, host) for name in named for host in hosts)
    is_strange = not shares_host and any(not kin.are_one(name, row.unit) for name in named)
    if is_own and not is_strange:
        return 3
    if not other.is_row and is_occasion(row, other):
        return 3
    if is_own:
        return 1
    reaches = kin.is_above(row.unit, other.unit) or any(kin.are_one(host, row.unit) for host in hosts)
    # A county's row that names the county alone may be its own activity of that name.
    fits = shares_host or not named or (not is_strange and is_same_place(row, other))
    return 2 if reaches and fits else 0


def pair_alike(told: Sequence[Told], kin: Kin, pairs: Pairs) -> None:
    """What is left under differing names: a row and a registration that are nearest to each other, and to nothing else as near."""
    taken = {(row.source, pairs.listed[row.identity].identity) for row in told if row.identity in pairs.listed}
    rows: dict[str, list[Told]] = defaultdict(list)
    forms: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.start and not (one.is_row and one.identity in pairs.listed):
            (rows if one.is_row else forms)[one.start].append(one)
    found: dict[float, list[tuple[Told, Told]]] = defaultdict(list)
    for day, listed in rows.items():
        near: dict[str, list[Told]] = defaultdict(list)
        is_many = len(listed) * len(forms[day]) > MOST_COMPARED
        for form in forms[day]:
            near[form.unit if is_many else ""].append(form)
        for row in listed:
            units = dict.fromkeys((row.unit, *kin.named(row.units))) if is_many else [""]
            for form in (form for unit in units for form in near[unit]):
                close = likeness(row, form)
                if close and (row.source, form.identity) not in taken and bond_of(row, form, kin) >= 2:
                    found[close].append((row, form))
    for close in sorted(found, reverse=True):
        free = [
            (row, form)
            for row, form in found[close]
            if row.identity not in pairs.listed and (row.source, form.identity) not in taken
        ]
        of_row = Counter(row.identity for row, _ in free)
        of_form = Counter((row.source, form.identity) for row, form in free)
        for row, form in free:
            if of_row[row.identity] == of_form[row.source, form.identity] == 1:
                pairs.listed[row.identity] = form
                taken.add((row.source, form.identity))


def likeness(one: Told, other: Told) -> float:
    """How surely two of differing names, of units that belong together, are one activity; 0 where they are two."""
    if not one.start or one.start != other.start:
        return 0.0
    same_days = (one.end or one.start) == (other.end or other.start)
    if same_days and are_one_place(place_key(one.venue), place_key(other.venue)):
        close = closeness(one.key, other.key)
    else:
        close = 0.0
    return close or (similarity(one.key, other.key) if is_alike(one, other) else 0.0)


def is_alike(one: Told, other: Told) -> bool:
    """A similar name and the same telephone."""
    numbered = NUMERALS.sub("", name_key(one.name)) == NUMERALS.sub(
        "", name_key(other.name)
    )  # 讲座一 and 讲座二 are two
    return (
        one.unit == other.unit
        and bool(one.phones & other.phones)
        and similarity(one.key, other.key) >= ALIKE
        and not numbered
    )


def merge_rows(rows: Sequence[Told], kin: Kin, pairs: Pairs) -> None:
    """Rows of several tables that tell one activity without any form: the lower unit's stands for all."""
    if len({row.source for row in rows}) < 2:
        return
    if len(rows) ** 2 > MOST_COMPARED:
        for unit in dict.fromkeys(row.unit for row in rows):
            merge_rows([row for row in rows if row.unit == unit][: isqrt(MOST_COMPARED)], kin, pairs)
        return
    above = Counter(row.identity for row in rows for other in rows if kin.is_above(row.unit, other.unit))
    kept: list[Told] = []
    filled: set[tuple[Identity, str]] = set()
    for row in sorted(rows, key=lambda one: above[one.identity]):
        same = [
            one
            for one in kept
            if one.source != row.source
            and (one.identity, row.source) not in filled
            and days_apart(row, one) in (0, 2)
            and max(bond_of(row, one, kin), bond_of(one, row, kin)) >= 2
        ]
        if same:
            pairs.same[row.identity] = same[0]
            filled.add((same[0].identity, row.source))
        else:
            kept.append(row)


def merge_alike(told: Sequence[Told], kin: Kin, pairs: Pairs) -> None:
    """The same for rows whose names differ: a table from above repeats, in its own words, what the unit's table lists without form."""
    left: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.is_row and one.start and one.identity not in pairs.listed and one.identity not in pairs.same:
            left[one.start].append(one)
    for rows in left.values():
        if len({row.source for row in rows}) < 2 or len(rows) ** 2 > MOST_COMPARED:
            continue
        stand_for = {other.identity for other in pairs.same.values()}
        for row in rows:
            same = [
                other
                for other in rows
                if other.source != row.source
                and kin.is_above(row.unit, other.unit)
                and row.identity not in stand_for
                and likeness(row, other)
                and bond_of(row, other, kin) >= 2
            ]
            if len(same) == 1:
                pairs.same[row.identity] = same[0]
