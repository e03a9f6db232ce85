"""How well forms are learnt from their blanks: values right untouched and after an admin's edits, false errors, split registrations.

    python -m bench.learn [NAME…] [-v]

The blanks and the clerks who fill them are those of ``tests/forms/blanks/``, written as files and read by the readers. A value counts as right
where it is what the clerk meant, or word for word what he wrote. ``-v`` lists every one that is not.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
import tomllib
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.base.campaign import Campaign
from bot.base.errors import BotError
from bot.base.text import squeeze
from bot.forms.definitions import Definitions, FieldSpec, load_definitions, parse_form
from bot.forms.learn.learn import learn
from bot.forms.model import Form
from bot.forms.read import read_forms
from tests.forms.blank_forms import Blank, Filled, Pair, blanks, filled, printed
from tests.forms.files import through_docx, through_xlsx

THROUGH = {"docx": through_docx, "xlsx": through_xlsx}
STYLES = 3


@dataclass(slots=True)
class Score:
    values: int = 0
    right: int = 0
    invented: int = 0
    false_errors: int = 0
    split: int = 0
    unknown: int = 0
    wrong: list[str] = field(default_factory=list)

    def __iadd__(self, other: Score) -> Score:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self


def definitions_with(text: str) -> Definitions:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "learned.toml")
        path.write_text(text, encoding="utf-8")
        return load_definitions([path])


def edited(definitions: Definitions, name: str, blank: Blank) -> Definitions:
    """What an admin makes of it: ``label key value`` for each edit; ``-`` stands for the form, ``add`` for a further field, ``column`` for a further one
    of the table that has the label, ``drop`` takes the field away, a null the key."""
    data: dict[str, Any] = tomllib.loads(learnt_text[blank.name])
    for label, key, value in blank.edits:
        target = data if label == "-" else spec_data(data, label)
        if key == "add":
            target.setdefault("field", []).append(value)
        elif key in {"drop", "column"}:
            change_list(data, target, value if key == "column" else None)
        elif value is None:
            target.pop(key, None)
        else:
            target[key] = value
    form = parse_form(data, name)
    rest = tuple(one for one in definitions.forms if one.name != form.name)
    return Definitions((*rest, form), definitions.problems)


learnt_text: dict[str, str] = {}


def change_list(data: dict[str, Any], spec: dict[str, Any], further: dict[str, Any] | None) -> None:
    """*further* behind *spec* in the list in which that stands, or *spec* taken out of it."""
    lists = [data.get("field", []), data.get("column", []), *(table["column"] for table in data.get("table", ()))]
    own = next(one for one in lists if spec in one)
    own.append(further) if further is not None else own.remove(spec)


def spec_data(data: dict[str, Any], label: str) -> dict[str, Any]:
    tables = [one for table in data.get("table", ()) for one in table["column"]]
    for spec in (*data.get("field", ()), *data.get("column", ()), *tables):
        if label in (spec["label"], spec.get("section", "") + spec["label"]):
            return spec  # type: ignore[no-any-return]
    raise BotError(f"no field {label}", "the edit beside the blank names a label of the learnt definition")


def score_of(blank: Blank, definitions: Definitions) -> Score:
    total = Score()
    for style in range(STYLES):
        total += score_one(blank, filled(blank, style), definitions, style)
    return total


def score_one(blank: Blank, one: Filled, definitions: Definitions, style: int) -> Score:
    campaign = Campaign("2024年的活动", date(blank.year, 4, 1), date(blank.year, 6, 30))
    forms = [
        form
        for form in read_forms(THROUGH[blank.format](one.document), definitions, campaign)
        if form.definition.startswith("learned")
    ]
    score = Score(values=sum(value is not None for _, value in one.fields.values()))
    score.values += sum(value is not None for row in one.rows for _, value in row.values())
    if not forms:
        score.unknown += 1
        score.wrong.append(f"{style}: not recognised")
        return score
    form = forms[0]
    score.split += len(forms) > 1
    definition = definitions.form(form.definition)
    assert definition is not None
    used: set[str] = set()
    for label, pair in one.fields.items():
        judge(score, label, pair, value_of(form, definition.field, label, used), style)
    for i, row in enumerate(one.rows):
        there = form.rows[i] if i < len(form.rows) else {}
        for label, pair in row.items():
            spec = spec_of(definition.column, label)
            value = there.get(spec.key) if spec else None
            judge(score, f"row {i + 1} {label}", pair, value.value if value else None, style)
    score.invented += max(0, len(form.rows) - len(one.rows))
    if len(form.rows) > len(one.rows):
        score.wrong.append(f"{style}: {len(form.rows)} rows for {len(one.rows)}")
    for spec in definition.field:
        if spec.key not in used and form.plain(spec.key) is not None:
            score.invented += 1
            score.wrong.append(f"{style}: invented {spec.label} = {form.plain(spec.key)!r}")
    errors = [problem for problem in form.problems if problem.severity == "error"]
    score.false_errors += len(errors)
    score.wrong += [f"{style}: error {problem.message}" for problem in errors]
    return score


def value_of(form: Form, specs: tuple[FieldSpec, ...], label: str, used: set[str]) -> Any:
    spec = spec_of(specs, label)
    if spec is None:
        return None
    used.add(spec.key)
    return form.plain(spec.key)


def spec_of(specs: tuple[FieldSpec, ...], label: str) -> FieldSpec | None:
    """The field that a clerk would call so, with or without its section."""
    wanted = plain(label)
    whole = re.sub(r"[\W_]", "", squeeze(label))
    for spec in specs:
        if whole == re.sub(r"[\W_]", "", squeeze(spec.label)):
            return spec
    for spec in specs:
        if wanted in (plain(spec.label), plain(getattr(spec, "section", "") + spec.label)):
            return spec
    return next((spec for spec in specs if plain(spec.label).endswith(wanted)), None)


def plain(text: str) -> str:
    return re.sub(r"[\W_]", "", re.sub(r"[（(].*?[）)]", "", squeeze(text)))


def judge(score: Score, label: str, pair: Pair, found: Any, style: int) -> None:
    written, meant = pair
    if meant is None:
        if found is not None:
            score.invented += 1
            score.wrong.append(f"{style}: {label}: left empty, read {found!r}")
        return
    if is_right(found, written, meant):
        score.right += 1
    else:
        score.wrong.append(f"{style}: {label}: {written!r} read as {found!r}")


def is_right(found: Any, written: str, meant: Any) -> bool:
    if found is None:
        return False
    if found == meant:
        return True
    if isinstance(meant, tuple) or isinstance(found, tuple):
        return isinstance(found, tuple) and tuple(meant if isinstance(meant, tuple) else (meant,)) == found
    return any(re.sub(r"\s", "", str(found)) == re.sub(r"\s", "", str(one)) for one in (written, meant))


def scored(blank: Blank) -> tuple[Score, Score]:
    """Untouched, and after the edits beside the blank."""
    try:
        text = learnt_text[blank.name] = learn(THROUGH[blank.format](printed(blank)))
        definitions = definitions_with(text)
    except BotError as error:
        lost = Score(unknown=STYLES, wrong=[f"not learnt: {error}"])
        for style in range(STYLES):
            one = filled(blank, style)
            lost.values += sum(value is not None for _, value in one.fields.values())
            lost.values += sum(value is not None for row in one.rows for _, value in row.values())
        return lost, lost
    name = tomllib.loads(text)["name"]
    return score_of(blank, definitions), score_of(blank, edited(definitions, name, blank))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("-t", "--text", action="store_true", help="print the learnt definition")
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    shown = Table("form", "values", "right %", "edited %", "invented", "false errors", "split", "not recognised")
    console, before, after = Console(), Score(), Score()
    started = time.process_time()

    def line(name: str, first: Score, second: Score) -> None:
        def rate(one: Score) -> str:
            return f"{100 * one.right / max(1, one.values):.1f}"

        columns = (
            first.values,
            rate(first),
            rate(second),
            first.invented,
            first.false_errors,
            first.split,
            first.unknown,
        )
        shown.add_row(name, *map(str, columns))

    for blank in blanks():
        if arguments.names and blank.name not in arguments.names:
            continue
        first, second = scored(blank)
        before += first
        after += second
        line(blank.name, first, second)
        if arguments.text:
            console.print(learnt_text.get(blank.name, ""), markup=False, highlight=False)
        if arguments.verbose:
            for one in first.wrong:
                console.print(f"{blank.name} {one}", markup=False, highlight=False)
    line("all", before, after)
    console.print(shown)
    console.print(f"{time.process_time() - started:.1f} s of processor time")


if __name__ == "__main__":
    main()
