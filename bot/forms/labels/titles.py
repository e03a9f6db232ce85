"""Lines that name a kind of paper: the title of a form, of a report, of something else."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.base.text import squeeze, squeezed
from bot.forms.definitions import FormDefinition

LONGEST_TITLE = 60
ASKING = re.compile(
    r"(?:调查|统计|评估|评价|登记|汇总|反馈|申报|推荐|调研|摸底|评分)(?:问卷|[表卷单册])$"
)  # «开展情况调查表»
SENTENCE = re.compile(r"[。！？；]|，.*，")


def is_title(text: str, definition: FormDefinition) -> bool:
    """A heading that names this form («2023年…申报表»), not a sentence that mentions it."""
    name = squeeze(text)
    if not 2 < len(name) <= 60 or not names_one(name, definition.titles):
        return False
    named = name.rstrip(")）(（12345。;；").endswith(tuple(squeezed(definition.titles)))
    return named and not names_one(name, definition.not_titles)


def names_one(name: str, titles: tuple[str, ...]) -> bool:
    return any(title in name for title in squeezed(titles))


def is_example(text: str, definition: FormDefinition) -> bool:
    """«填写示例（仅供参考）», «附：申报表（样表）»: what follows shows how to fill the form."""
    name = squeeze(text)
    if not 2 <= len(name) <= LONGEST_TITLE or SENTENCE.search(text.strip()):
        return False
    words, headed = example_words(definition.example_rows)
    bare = IN_BRACKETS.sub("", ANNEX.sub("", name)).strip(":)】]")
    return bare in words or (bool(headed.search(name)) and names_one(name, definition.titles))


ANNEX = re.compile(r"^(?:附件?\d*[.、:)]?|[(（【\[])+")
IN_BRACKETS = re.compile(r"\([^()]{0,20}\)")


@lru_cache(maxsize=64)
def example_words(rows: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str]]:
    """The words for an example, and what finds one of them in brackets at the end of a heading."""
    words = frozenset(word.strip("(:") for word in squeezed(rows))
    return words, re.compile(rf"[(（【](?:{'|'.join(map(re.escape, words)) or '(?!)'})[)）】]$")


def names_example(name: str, definition: FormDefinition) -> bool:
    """«××活动（示例）»: an activity that nobody holds."""
    words = "|".join(re.escape(squeeze(word)) for word in definition.example_rows) or "(?!)"
    return bool(re.search(rf"[(【](?:{words})[)】]|^[x×]{{2,}}[^x×]*(?:活动|$)", squeeze(name)))


def names_text(text: str, definition: FormDefinition) -> bool:
    name = re.sub(r"[(（][^()（）]{0,20}[)）]$", "", squeeze(text)).strip('《》“”"')
    if not 2 <= len(name) <= LONGEST_TITLE or SENTENCE.search(text.strip()):
        return False
    if ASKING.search(name):
        return False
    # «总结材料», «情况报告（修改稿）»: the word may be followed by what sort of paper it is.
    return any(
        0 <= len(name) - name.rfind(squeeze(w)) - len(squeeze(w)) <= 3 for w in definition.titles if squeeze(w) in name
    )


def other_title(line: str, definition: FormDefinition) -> bool:
    name = re.sub(r"[(（][^()（）]{0,20}[)）]$", "", squeeze(line)).strip('《》“”"')
    if not 4 <= len(name) <= LONGEST_TITLE or SENTENCE.search(line):
        return False
    return name.endswith(tuple(squeezed(definition.not_titles)))
