"""Ticks in every habit."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.values.tick_marks import Choice
from bot.forms.values.ticks import read_ticks

TABLE = json.loads((Path(__file__).parent / "ticks.json").read_text(encoding="utf-8"))
SYNONYMS = {"其他": ("其它",), "领导干部和公务员": ("领导干部、公务员", "公务员")}


def choices(names):
    return [Choice(name, SYNONYMS.get(name, ()), name == "其他") for name in names]


LISTS = {"types": "cases", "audiences": "audience_cases", "pair": "pair_cases", "grades": "grades_cases"}
CASES = [(TABLE[names], *case) for names, cases in LISTS.items() for case in TABLE[cases]]


@pytest.mark.parametrize(("names", "written", "chosen", "doubt"), CASES, ids=[case[1][:40] for case in CASES])
def test_ticks(names, written, chosen, doubt):
    reading = read_ticks(written, choices(names))
    assert (list(reading.chosen), reading.doubt) == (chosen, doubt)


@given(
    st.sets(st.integers(0, 5), max_size=6),
    st.sampled_from(["☑", "√", "■", "✔", "□√", "√□", "[√]", "(√)", "【√】"]),
    st.sampled_from(["□", "☐", "[ ]", "( )", "○"]),
    st.booleans(),
    st.sampled_from([" ", "   ", "\n", "\t"]),
)
def test_marks_on_either_side_of_their_labels(chosen, tick, empty, before, gap):
    names = TABLE["types"]
    parts = [(tick if i in chosen else empty, name) for i, name in enumerate(names)]
    text = gap.join(mark + name if before else name + mark for mark, name in parts)
    assert set(read_ticks(text, choices(names)).chosen) == {names[i] for i in chosen}


@given(st.text(alphabet="展览示互动体验现场咨询其他（请注明）□☑√×RV [] \n、：", max_size=80))
def test_any_text_gives_options_of_the_form_only(text):
    reading = read_ticks(text, choices(TABLE["types"]))
    assert all(option.split("：")[0] in TABLE["types"] for option in reading.chosen)
    assert len(set(reading.chosen)) == len(reading.chosen)
