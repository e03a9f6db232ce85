"""Which option each mark of a list belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.forms.values.tick_marks import State, Token

CHOSEN = (State.TICK, State.WEAK)
LINE = 20  # characters; an option on another line is far away


def bind(text: str, kept: Sequence[Token], boxes: Sequence[Token]) -> tuple[dict[int, State], list[Token], bool]:
    """The state of each option, the marked words that are no option; True where the marks cannot be told apart."""
    binding = Binding(text, kept)
    empties = [box for box in boxes if box.state is State.EMPTY]
    # Boxes that people left standing show on which side of its label a box is; else the marks themselves must.
    binding.side = binding.lean(empties) or binding.lean(boxes)
    if not binding.side:
        return {}, [], True
    n_options = sum(token.is_option for token in kept)
    extra_possible = len(boxes) > n_options or len(empties) >= n_options
    for box in boxes:
        binding.place(box, extra_possible=extra_possible)
    if not binding.place_loose():
        return {}, [], True
    return binding.states, binding.strangers, False


@dataclass(slots=True)
class Binding:
    """The marks of one list on the way to their options.

    ``side`` is -1 where marks stand before their options, 1 where behind them, 0 where that cannot be told. ``loose`` are marks beside
    which no option of their side stands: set by hand, perhaps on the other side.
    """

    text: str
    kept: Sequence[Token]
    side: int = 0
    states: dict[int, State] = field(default_factory=dict)
    strangers: list[Token] = field(default_factory=list)
    loose: list[Token] = field(default_factory=list)
    at: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.at = {id(token): place for place, token in enumerate(self.kept)}

    def neighbours(self, box: Token) -> tuple[Token | None, Token | None]:
        place = self.at[id(box)]
        return self.kept[place - 1] if place else None, self.kept[place + 1] if place + 1 < len(self.kept) else None

    def owner_and_other(self, box: Token) -> tuple[Token | None, Token | None]:
        """What stands on the side of a mark's option, and on its other one."""
        previous, following = self.neighbours(box)
        return (following, previous) if self.side < 0 else (previous, following)

    def lean(self, boxes: Sequence[Token]) -> int:
        """The side that these marks show."""
        score = 0
        for box in boxes:
            previous, following = self.neighbours(box)
            # Words before the first mark may be a heading («请选择：☑…»).
            near_previous = previous is not None and (
                previous.is_option or (previous.foreign and previous is not self.kept[0])
            )
            near_following = following is not None and (following.is_option or following.foreign)
            if near_following and not near_previous:
                score -= 1
            elif near_previous and not near_following:
                score += 1
            elif previous is not None and following is not None and near_previous and near_following:
                left, right = self.distance(box, previous), self.distance(box, following)
                score += -1 if left > right else 1 if left < right else 0
        return (score > 0) - (score < 0)

    def place(self, box: Token, *, extra_possible: bool) -> None:
        """Give a mark to the option, or to the words, on its side; a mark that is glued to the other side's option waits."""
        owner, other = self.owner_and_other(box)
        if extra_possible and self.is_glued_to(box, other, owner):
            self.loose.append(box)
        elif owner is not None and owner.is_option:
            if owner.option not in self.states or box.state is not State.EMPTY:
                self.states[owner.option] = box.state or State.EMPTY
        elif owner is not None and owner.foreign:
            self.strangers += [owner] if box.state in CHOSEN else []
        elif box.state is not State.EMPTY:
            self.loose.append(box)

    def is_glued_to(self, box: Token, other: Token | None, owner: Token | None) -> bool:
        """Whether a mark set by hand touches *other*, and not the option that would be its own."""
        if box.state is State.EMPTY or other is None or owner is None or not other.is_option or not owner.is_option:
            return False
        return self.distance(box, other) == 0 < self.distance(box, owner)

    def place_loose(self) -> bool:
        """Give the marks that are left to the option on the other side; False where one touches an empty box there as well."""
        is_clear = any(self.stands_beside_one(box) for box in self.loose)
        for box in self.loose:
            beyond, owner = self.owner_and_other(box)
            if owner is None or not owner.is_option:
                continue
            if not is_clear and beyond and beyond.state is State.EMPTY and self.distance(box, beyond) == 0:
                return False
            self.states[owner.option] = box.state or State.EMPTY
        return True

    def stands_beside_one(self, box: Token) -> bool:
        """Whether a mark touches one option, with nothing or a blank on its other side."""
        previous, following = self.neighbours(box)
        return any(
            near is not None
            and near.is_option
            and self.distance(box, near) == 0
            and (far is None or self.distance(box, far) > 0)
            for near, far in ((previous, following), (following, previous))
        )

    def distance(self, box: Token, neighbour: Token) -> int:
        """Characters between a mark and a neighbour on either side."""
        if neighbour.start >= box.end:
            start, end = box.end, neighbour.start
        else:
            start, end = max(neighbour.end, neighbour.hint_end), box.start
        return max(0, end - start) + LINE * self.text.count("\n", start, max(start, end))
