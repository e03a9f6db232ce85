"""Each template with sample data, full and empty, as files to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path

from bot.base.settings import Settings
from bot.digest.samples import sample_mails
from bot.letters.office import office_of
from bot.letters.render import Renderer
from bot.operation.check import SAMPLE_DAY
from bot.store.files.durable import make_private

PAGE = """<!doctype html><meta charset="utf-8"><title>每一封信的样子</title>
<style>body{{font:16px/1.8 sans-serif;max-width:60em;margin:2em auto}}</style>
<h1>每一封信的样子</h1><p>人名、电话、单位都是样例。每种先是样样都有的一封，再是最少的一封。</p><ul>{lines}</ul>
"""


def write_previews(settings: Settings, out: Path) -> Iterator[Path]:
    """The written files, the list of them first. ``TemplateProblem`` names file and line of a template that cannot be used."""
    renderer = Renderer(settings.replies.templates, office_of(settings))
    numbers: Counter[str] = Counter()
    make_private(out)
    lines, written = [], []
    for template, words in renderer.sample_runs(sample_mails(SAMPLE_DAY)):
        numbers[template] += 1
        name = f"{template}-{numbers[template]}"
        text, html = renderer.templates.render(template, words)
        for suffix, content in ((".html", html), (".txt", text)):
            (out / f"{name}{suffix}").write_text(content, encoding="utf-8")
            written.append(out / f"{name}{suffix}")
        title = escape(text.strip().partition("\n")[0][:60])
        lines.append(f'<li><a href="{name}.html">{name}</a>（<a href="{name}.txt">纯文本</a>）　{title}</li>')
    index = out / "index.html"
    index.write_text(PAGE.format(lines="\n".join(lines)), encoding="utf-8")
    yield index
    yield from written
