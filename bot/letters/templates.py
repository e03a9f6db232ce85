"""The Jinja environment: the admin's templates in front of the packaged ones, sandboxed, with errors that name the line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bot.base.clean import clean, one_line, some_lines
from bot.base.clock import day_words, moment_words
from bot.base.config.packaged import packaged
from bot.base.errors import BotError
from bot.letters.whole_list import NAME, SHOWN

SUFFIXES = (".txt", ".html")
VALUES = {str, int, bool, tuple, list, dict, bytes, type(None), Macro}  # a macro is one of our files' own


class TemplateProblem(BotError):
    """A template cannot be used; the text names file and line."""


def packaged_templates() -> Path:
    """The templates that come with the program: ``templates/`` of the checkout, or where the wheel put them."""
    return packaged("templates")


class Loader(FileSystemLoader):
    """Finds templates in one folder; ``_words.txt.html`` is ``_words.txt`` compiled with escaping."""

    held: Mapping[str, str] | None = None

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        name = template.removesuffix(".html") if is_borrowed(template) else template
        if self.held is None:
            return super().get_source(environment, name)
        if name not in self.held:
            raise TemplateNotFound(template)
        return self.held[name], str(Path(self.searchpath[0]) / name), lambda: True

    def hold(self) -> None:
        """From now on the files are as they are now."""
        paths = (path for path in Path(self.searchpath[0]).glob("*.*") if path.suffix in SUFFIXES)
        self.held = {path.name: path.read_text(encoding=self.encoding, errors="replace") for path in paths}


class Compiled(BytecodeCache):
    """Templates compiled once in a process: letters, packaged letters and the check of both ask for the same files. Jinja compares the source."""

    def __init__(self) -> None:
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates may read values and nothing else.

    A macro escapes by the file that it stands in, but Jinja trusts it by the file that calls it: a text template used
    by an HTML one would print strangers' words unescaped. So HTML templates get their own escaping copy of it.
    """

    @cached_property
    def _asked(self) -> dict[tuple[type, str], bool]:
        return {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """The sandbox decides by type and name; a letter asks hundreds of times for the same few. The names stand in templates: they are bounded."""
        key = (type(obj), attr)
        if key not in self._asked:
            self._asked[key] = super().is_safe_attribute(obj, attr, value)
        return self._asked[key]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Nearly all that a template reads are values, of which ``is_safe_attribute`` is all that must be asked; what can be called is looked at by the sandbox."""
        if self._asked.get((type(obj), attribute)):
            value = getattr(obj, attribute, self)
            if type(value) in VALUES:
                return value
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """What a macro prints is known as printed. It is one of our files' own: Jinja's many questions about it are answered."""
        if type(__obj) is not Macro:
            return super().call(__context, __obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        _Printed.last = found = __obj(__context.eval_ctx, *args, **kwargs)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One mapping in place of a chain of two: each import in each letter asks for the names in it."""
        return {**self.globals, **(d or {})}

    def join_path(self, template: str, parent: str) -> str:
        return f"{template}.html" if parent.endswith(".html") and template.endswith(".txt") else template


def is_borrowed(template: str) -> bool:
    return template.endswith(".txt.html")


class Templates:
    """Pairs of templates, ``NAME.txt`` and ``NAME.html``. ``names`` are the words that every template may use."""

    def __init__(self, folder: Path, zone: ZoneInfo, words: Mapping[str, Callable[..., str]] | None = None) -> None:
        self.folders = tuple(dict.fromkeys((folder.resolve(), packaged_templates().resolve())))
        self.loaders = [Loader(path, encoding="utf-8-sig") for path in self.folders]
        self.environment = Sandbox(
            loader=ChoiceLoader(self.loaders),
            autoescape=lambda name: bool(name and name.endswith(".html")),
            undefined=StrictUndefined,
            finalize=printable,
            bytecode_cache=COMPILED,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.environment.filters |= {
            "line": one_line,
            "lines": some_lines,
            "day": day_words,
            "moment": lambda moment: moment_words(moment, zone),
            **(words or {}),
        }
        self.environment.globals |= {"shown": SHOWN, "whole_list": NAME}

    def hold(self) -> None:
        """Whoever edits a file of the running bot is not in its letters before the whole was looked at."""
        for loader in self.loaders:
            loader.hold()

    def render(self, name: str, context: Mapping[str, Any]) -> tuple[str, str]:
        """Text and HTML of the pair *name*; TemplateProblem where either cannot be made."""
        text = self.render_one(f"{name}.txt", context)
        return tidy_text(text), self.render_one(f"{name}.html", context)

    def render_one(self, file: str, context: Mapping[str, Any]) -> str:
        try:
            return self.environment.get_template(file).render(**context)
        except BotError:
            raise
        except Exception as error:  # whatever an edited template does, the reader must learn where
            raise self.problem(file, error) from error

    def names(self) -> set[str]:
        """Files of both folders that are templates."""
        return {path.name for folder in self.folders for path in folder.glob("*.*") if path.suffix in SUFFIXES}

    def has(self, file: str) -> bool:
        return any((folder / file).is_file() for folder in self.folders)

    def syntax_problem(self, file: str) -> TemplateProblem | None:
        """Why *file* cannot be compiled; None where it can."""
        try:
            self.environment.get_template(file)
        except Exception as error:
            return self.problem(file, error)
        return None

    def problem(self, file: str, error: Exception) -> TemplateProblem:
        path, line = self.where(file, error)
        what = {
            "TemplateSyntaxError": "模板语法不对",
            "UndefinedError": "用了没有的名字",
            "SecurityError": "用了不允许的操作",
        }
        if isinstance(error, TemplateNotFound):
            return TemplateProblem(
                f"模板 {error.name} 找不到（由 {path} 引用）",
                f"恢复该文件，或删去 {self.folders[0]} 中改过的模板，改用自带模板",
            )
        if isinstance(error, UnicodeDecodeError):
            return TemplateProblem(f"模板 {path} 不是 UTF-8 编码", "用编辑器另存为 UTF-8")
        said = in_chinese(
            str(getattr(error, "message", None) or error) if isinstance(error, TemplateError) else str(error)
        )
        kind = what.get(type(error).__name__, "模板出错")
        return TemplateProblem(
            f"{path} 第{line}行：{kind}（{one_line(said, 160)}）",
            f"改正该行，或删去此文件以改用自带模板（{packaged_templates()}）",
        )

    def where(self, file: str, error: Exception) -> tuple[str, int]:
        """File and line of the template in which *error* arose."""
        if isinstance(error, TemplateSyntaxError) and error.filename:
            return error.filename, error.lineno
        frames = traceback.extract_tb(error.__traceback__)
        inside = [f for f in frames if any(Path(f.filename).is_relative_to(folder) for folder in self.folders)]
        if inside:
            return inside[-1].filename, inside[-1].lineno or 0
        return next((str(f / file) for f in self.folders if (f / file).is_file()), file), 1


# What Jinja says, and what it means; the rest stays in its own words.
JINJA = tuple(
    (re.compile(said), meant)
    for said, meant in (
        (r"'([^']+)' is undefined$", r"没有 \1"),
        (r"'.*' has no attribute '([^']+)'", r"没有 \1"),
        (r"No filter named '([^']+)'", r"没有过滤器 \1"),
        (r"Encountered unknown tag '(end\w+)'.*", r"多了 {% \1 %}，或少了它的开头"),
        (r"Encountered unknown tag '([^']+)'.*", r"没有 {% \1 %} 这样的写法"),
        (r"Unexpected end of template.* innermost block that needs to be closed is '([^']+)'.*", r"少了 {% end\1 %}"),
        (r"[Uu]nexpected end of template.*|unexpected '(?:end of template)'", "没有写完"),
        (
            r"expected token 'end of (?:print statement|statement block)', got '([^']+)'",
            r"\1 写得不对，或它的前面少了 }} 或 %}",
        ),
        (r"expected token '([^']+)', got '([^']+)'", r"应为 \1，写的是 \2"),
        (r"unexpected '([^']+)', expected '([^']+)'", r"\1 之前少了 \2"),
        (r"Expected an expression, got .*", "这里少了内容"),
        (r"'\w+' object is not callable", "这个名字后面不写括号"),
        (r"unexpected '([^']+)'", r"\1 的位置不对，检查 {{ }} 和 {% %} 是否成对"),
        (r"unexpected char '([^']+)' at \d+", r"有不认识的字 \1，标点要用半角的"),
        (r"Missing end of comment tag", "少了 #}"),
    )
)


def in_chinese(said: str) -> str:
    found = ((form.fullmatch(said.rstrip(".")), meant) for form, meant in JINJA)
    return next((match.expand(meant) for match, meant in found if match), said)


class _Printed:
    """What a macro gave last: each of its parts came through ``printable`` already. A form's table is given on by three of them."""

    last: ClassVar[object] = None


def printable(value: Any) -> Any:
    """Every value on its way into a mail: None prints nothing, foreign text loses its invisible characters."""
    if value is None:
        return ""
    if value is _Printed.last:
        return value
    if isinstance(value, str):
        return Markup(clean(value)) if isinstance(value, Markup) else clean(value)
    return value


def tidy_text(text: str) -> str:
    """At most one empty line in a row, no blanks at line ends."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
