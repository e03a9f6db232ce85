"""From every way of naming a unit to the units named so: dictionaries made once, asked for each form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Literal, TypeVar

from msgspec import Struct

from bot.base.domains import comparable, comparable_address
from bot.base.text import squeeze
from bot.forms.units.file import FREE_MAIL, RosterUnit
from bot.forms.units.names import (
    PROVINCES,
    ZONE,
    OfficeName,
    alternatives,
    houses_of,
    is_slip,
    places_in,
    split_name,
    strip_places,
    todays,
    without_department,
)

Key = TypeVar("Key", bound=Hashable)
Ground = Literal["name", "alias", "address", "domain"]
# Bodies that stand for a county as a whole where the roster names only the place.
WHOLE_PLACE = frozenset({"", "科协", "政府", "科学素质领导小组", "科协科学素质领导小组"})


class Match(Struct, frozen=True):
    """``ground`` says on what the unit was found; ``certain`` is False for a guess that the sender should be shown."""

    unit: RosterUnit
    ground: Ground
    certain: bool


class Index(Struct, frozen=True):
    """Dictionaries from every way of naming a unit to the units named so."""

    stems: tuple[str, ...]
    home: str
    names: dict[str, list[RosterUnit]]
    aliases: dict[str, list[RosterUnit]]
    offices: dict[OfficeName, list[RosterUnit]]
    alias_offices: dict[OfficeName, list[RosterUnit]]
    bodies: dict[str, list[RosterUnit]]
    places: dict[str, list[RosterUnit]]
    addresses: dict[str, list[RosterUnit]]
    domains: dict[str, list[RosterUnit]]
    counties: dict[str, str]
    slips: dict[str, list[tuple[str, str, RosterUnit]]]

    @classmethod
    def of(cls, units: Sequence[RosterUnit], home: str) -> Index:
        written = [place for unit in units for name in (unit.name, unit.parent) for place in places_in(name)]
        home = home or most_common(written)
        stems = tuple(sorted({*PROVINCES, *written, *([home] if home else [])}, key=lambda stem: (-len(stem), stem)))
        index = cls(stems, home, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        for unit in units:
            index.add(unit)
        return index

    def add(self, unit: RosterUnit) -> None:
        known = squeeze(unit.name)
        note(self.names, known, unit)
        *where, body = strip_places(known, self.stems)
        for key in slip_keys(where, body):
            self.slips.setdefault(key, []).append((known, body, unit))
        for form in alternatives(unit.name):
            office = split_name(form, self.stems)
            note(self.offices, office, unit)
            note(self.offices, OfficeName(office.place, office.level, todays(office.body)), unit)
            note(self.bodies, office.body, unit)
            note(self.places, office.place, unit)
        for alias in unit.aliases:
            note(self.aliases, squeeze(alias), unit)
            for form in alternatives(alias):
                note(self.alias_offices, split_name(form, self.stems), unit)
        for address in unit.emails:
            note(self.addresses, comparable_address(address), unit)
            if (domain := comparable_address(address).rpartition("@")[2]) not in FREE_MAIL and not unit.domains:
                note(self.domains, domain, unit)
        for domain in unit.domains:
            note(self.domains, comparable(domain.lstrip("@.")), unit)
        for name in (unit.name, unit.parent):
            for place, level in levels_in(name):
                if place != self.home and level in "市县区" and place not in PROVINCES:
                    self.counties.setdefault(place, place + level)
            if zone := ZONE.match(squeeze(name)):
                self.counties.setdefault(split_name(zone[0], self.stems).body, zone[0])

    def find(self, name: str) -> list[Match]:
        """Units that *name* may mean, from the surest way of naming to the vaguest; the first way that names any counts."""
        forms = alternatives(name)
        short = [without_department(form) for form in forms]
        tried = list(dict.fromkeys([*forms, *short]))
        for keys in ([squeeze(name)], tried):
            if exact := first(self.names, keys):
                return matches(exact, "name", True)
            if exact := first(self.aliases, keys):
                return matches(exact, "alias", True)
        offices = [split_name(form, self.stems) for form in tried]
        full = [office for office in offices if not office.level and (office.place or len(office.body) >= 3)]
        named = first(self.offices, full) or first(self.offices, [modern(office) for office in full])
        if named:
            return matches(named, "name", True)
        if aliased := first(self.alias_offices, full):
            return matches(aliased, "alias", True)
        return self.guess(offices, forms) or self.find_house(forms)

    def find_house(self, forms: Sequence[str]) -> list[Match]:
        """A section of a house writes for it; that is a guess."""
        for house in (house for form in forms for house in houses_of(form)):
            office = split_name(house, self.stems)
            units = first(self.names, [house]) or first(self.aliases, [house])
            if units := units or (first(self.offices, [office]) if office.place and office.body else []):
                return matches(units, "name", False)
        return []

    def guess(self, offices: Sequence[OfficeName], forms: Sequence[str]) -> list[Match]:
        """The vague ways: 市/县/区 without a place, no place at all, only a place, a slip of the pen."""
        for office in offices:
            for body in dict.fromkeys((office.body, todays(office.body))):
                if office.level and body:
                    at_home = self.offices.get(OfficeName(self.home, "", body), [])
                    of_level = [u for u in self.bodies.get(body, []) if self.level_of(u) == office.level]
                    if found := at_home if office.level == "市" and at_home else of_level:
                        return matches(found, "name", False)
                if not office.level and not office.place and body and (anywhere := self.bodies.get(body)):
                    return matches(anywhere, "name", False)
            if office.place and not office.level and (of_place := self.of_place(office)):
                return matches(of_place, "name", False)
        return matches((unit for form in forms for unit in self.but_for_a_slip(form)), "name", False)

    def of_place(self, office: OfficeName) -> list[RosterUnit]:
        """Who is meant where only the place counts: the roster's entry «晋江市» for the county's office, and the other way round."""
        if ZONE.match(office.body + "科协") and not office.body.endswith("科协"):
            return self.offices.get(OfficeName(office.place, "", office.body + "科协"), [])
        if office.body not in WHOLE_PLACE:
            return []
        if named := self.offices.get(OfficeName(office.place, "", "")):
            return named
        if office.body in ("", "科学素质领导小组"):
            return self.offices.get(OfficeName(office.place, "", "科协"), [])
        return []

    def but_for_a_slip(self, form: str) -> Iterator[RosterUnit]:
        """The units of the same place whose name is *form* but for a slip of the pen."""
        *place, body = strip_places(form, self.stems)
        for key in slip_keys(place, body):
            for known, known_body, unit in self.slips.get(key, ()):
                if abs(len(form) - len(known)) <= 4 and is_slip(body, known_body):
                    yield unit

    def could_mean(self, name: str, unit: RosterUnit) -> bool:
        """True where *name* names the same office as *unit* at no place that we know to be another («市科协», «JJ科协»)."""
        theirs = split_name(squeeze(unit.name), self.stems)
        for form in alternatives(name):
            office = split_name(without_department(form), self.stems)
            if office.place in ("", theirs.place) and office.body == theirs.body != "":
                return True
        return False

    def level_of(self, unit: RosterUnit) -> str:
        found = levels_in(unit.name)
        return found[-1][1] if found else ""

    def county(self, name: str) -> str:
        for form in (*alternatives(name), squeeze(name)):
            if (place := split_name(form, self.stems).place) in self.counties:
                return self.counties[place]
            if zone := ZONE.match(form + "科协"):
                return self.counties.get(split_name(zone[0], self.stems).body, "")
        return ""

    def is_countys_own(self, name: str) -> bool:
        """Whether the unit of that name stands for its county: «永春县科学技术协会», and none of its schools."""
        forms = (*alternatives(name), squeeze(name))
        return not WHOLE_PLACE.isdisjoint(split_name(ZONE.sub("", one), self.stems).body for one in forms)


def note(table: dict[Key, list[RosterUnit]], key: Key, unit: RosterUnit) -> None:
    entry = table.setdefault(key, [])
    if not entry or entry[-1] is not unit:  # units are noted one after the other
        entry.append(unit)


def slip_keys(place: Sequence[str], body: str) -> set[str]:
    """Of two names with one slip between them at least one key is the same: one letter taken out of either makes them one, or the other. Names that
    only have their beginning or their end in common, as a county's hundred schools, share none."""
    if len(body) < 6:
        return set()
    return {"\0".join((*place, one)) for one in (body, *(body[:i] + body[i + 1 :] for i in range(len(body) - 1)))}


def first(table: dict[Key, list[RosterUnit]], keys: Iterable[Key]) -> list[RosterUnit]:
    return next((table[key] for key in keys if key in table), [])


def modern(office: OfficeName) -> OfficeName:
    return OfficeName(office.place, office.level, todays(office.body))


def matches(units: Iterable[RosterUnit], ground: Ground, certain: bool) -> list[Match]:
    distinct = {unit.name: unit for unit in units}
    return [Match(unit, ground, certain) for unit in distinct.values()]


def levels_in(name: str) -> list[tuple[str, str]]:
    """Places with their level: 福建省泉州市教育局 -> (福建, 省), (泉州, 市)."""
    squeezed, at, found = squeeze(name), 0, []
    for place in places_in(name):
        at = squeezed.index(place, at) + len(place)
        found.append((place, squeezed[at : at + 1]))
    return found


def most_common(places: Sequence[str]) -> str:
    """The place that more units have in their name than any other: the city of a city's roster; empty where none stands out."""
    (best, times), (_, next_times) = (
        *Counter(p for p in places if p not in PROVINCES).most_common(2),
        ("", 0),
        ("", 0),
    )[:2]
    return best if times > max(next_times, 1) else ""
