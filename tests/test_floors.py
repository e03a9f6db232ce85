"""The floors of the house, read from the code's own imports: what may import what, how large a room may be, and what must never be."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "bot"

# Top floor first: a folder may import only what stands below it.
FLOORS = (
    *("cli", "desk", "operation", "intake", "digest", "store", "letters"),
    *("decision", "statements", "forms", "documents", "mailbox", "message", "base"),
)
MOST_FILES = 15
MOST_LINES = 400
# Libraries that cost a second or megabytes to load, for the few mails that need them.
COSTLY = {
    *("dask", "distributed"),
    *("cv2", "rapidocr", "numpy", "PIL", "pillow_heif", "pypdfium2"),
    *("extract_msg", "tnefparse", "RTFDE", "compressed_rtf"),
    *("docx", "openpyxl", "py7zr", "libarchive", "inflate64", "Cryptodome"),
}


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(HOUSE.rglob("*.py"))
    }


MODULES = modules()


@cache
def nodes_of(path: Path) -> tuple[tuple[ast.AST, bool], ...]:
    """Every node of *path*, with whether it stands within a function; each file is taken apart once for all tests."""
    found: list[tuple[ast.AST, bool]] = []
    left: list[tuple[ast.AST, bool]] = [(ast.parse(path.read_text(encoding="utf-8")), False)]
    for node, deep in left:
        found.append((node, deep))
        within = deep or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        left += [(child, within) for child in ast.iter_child_nodes(node)]
    return tuple(found)


def house_nodes() -> Iterator[tuple[str, ast.AST]]:
    """Module, node."""
    return ((name, node) for name, path in MODULES.items() for node, _ in nodes_of(path))


def imports_of(path: Path, *, inside: bool | None = None) -> Iterator[tuple[str, int]]:
    """Each imported module of *path* with its line. ``inside``: only those within a function (True) or outside of any (False)."""
    for node, deep in nodes_of(path):
        if inside is not None and deep is not inside:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full if full in MODULES else node.module), node.lineno


@cache
def house_imports() -> dict[str, set[str]]:
    return {
        name: {target for target, _ in imports_of(path) if target in MODULES and target != name}
        for name, path in MODULES.items()
    }


def floor(module: str) -> str:
    return module.split(".")[1] if module.count(".") else ""


def test_every_import_points_down() -> None:
    up = [
        f"{name} -> {target}"
        for name, targets in house_imports().items()
        for target in targets
        if floor(name) and floor(target) and FLOORS.index(floor(target)) < FLOORS.index(floor(name))
    ]
    assert not up


NEVER = [
    ("bot.decision", ("bot.store", "bot.letters", "bot.mailbox", "bot.digest")),
    ("bot.documents", ("bot.forms", "bot.mailbox")),
    ("bot.letters", ("bot.store",)),
    ("bot.store", ("bot.digest",)),
    ("bot.mailbox", ("bot.documents", "bot.store")),
]
# The few that may, and why: a form is read from a document, the store keeps a cursor and finished mails.
FORMS_MAY_KNOW = {"bot.documents.model", "bot.documents.shared.grid"}


@pytest.mark.parametrize(("room", "others"), NEVER)
def test_what_must_never_be(room: str, others: tuple[str, ...]) -> None:
    found = [
        f"{name} -> {target}"
        for name, targets in house_imports().items()
        for target in targets
        if is_below(name, room) and any(is_below(target, other) for other in others)
    ]
    assert not found


def is_below(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def test_commands_load_no_library_that_they_do_not_need() -> None:
    """Whatever is imported where the commands are defined, «--help» pays for; what the running instance imports, it keeps."""
    code = (
        "import sys, bot.cli.main; print(*sys.modules); sys.meta_path.insert(0, bot.cli.main.Spared());"
        "import bot.operation.daemon; print(*sys.modules); import bot.intake.story; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    at_help, running, working = (set(line.split()) for line in done.stdout.splitlines())
    assert not at_help & {
        "pydantic",
        "sqlite_utils",
        "jinja2",
        "lxml",
        "bot.base.settings",
        "bot.decision.facts",
        *COSTLY,
    }
    assert not running & COSTLY
    assert not working & {"lxml", "mailparser", "bot.forms.entry.value"}, "what only the worker reads with"


def test_forms_import_no_reader() -> None:
    found = {
        target
        for name, targets in house_imports().items()
        if is_below(name, "bot.forms")
        for target in targets
        if is_below(target, "bot.documents")
    }
    assert found <= FORMS_MAY_KNOW


def importers_of(*wanted: str) -> set[str]:
    """The modules that import a function of one of these names."""
    return {
        name
        for name, node in house_nodes()
        if isinstance(node, ast.ImportFrom) and {alias.name for alias in node.names} & set(wanted)
    }


def test_words_are_taken_apart_in_the_worker() -> None:
    """How long that takes is up to whoever wrote them."""
    assert importers_of("read_request", "read_acts", "intent_of") == {"bot.decision.words.hearing"}
    callers = importers_of("read_letter", "hear") - {"bot.decision.words.hearing"}
    assert callers == {"bot.intake.listen", "bot.intake.understand"}, "both hand them to the guard"


def test_only_operation_makes_parts() -> None:
    """Who else needs a store asks ``open_store``, which looks whether it is the right one."""
    parts = {"Store", "ImapMailbox", "SmtpSender", "Flusher", "Guard", "Renderer"}
    makers = {
        f"{name}: {node.func.id}"
        for name, node in house_nodes()
        if not is_below(name, "bot.cli.demo")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in parts
    }
    allowed = ("bot.operation", "bot.store.files.marker")
    assert not [maker for maker in makers if not any(is_below(maker.split(":")[0], room) for room in allowed)]


def test_no_two_files_import_each_other_directly_or_in_a_ring() -> None:
    graph = house_imports()
    state: dict[str, int] = {}
    rings: list[str] = []

    def visit(name: str, way: list[str]) -> None:
        state[name] = 1
        for target in sorted(graph[name]):
            if state.get(target) == 1:
                rings.append(" -> ".join([*way[way.index(target) :], target]))
            elif target not in state:
                visit(target, [*way, target])
        state[name] = 2

    for name in sorted(graph):
        if name not in state:
            visit(name, [name])
    assert not rings


@cache
def loads_at_once(name: str) -> set[str]:
    """Every module, of the house and of libraries, that importing *name* loads."""
    found: set[str] = set()
    left = [name]
    while left:
        for target, _ in imports_of(MODULES[left.pop()], inside=False):
            if target not in found:
                found.add(target)
                left += [target] if target in MODULES else []
    return found


def is_costly(target: str) -> bool:
    """A costly library, or a module of the house that cannot be had without one."""
    found = {target, *(loads_at_once(target) if target in MODULES else ())}
    return any(one.split(".")[0] in COSTLY for one in found)


def test_no_import_inside_a_function_but_of_costly_libraries() -> None:
    found = [
        f"{name}:{line} {target}"
        for name, path in MODULES.items()
        if not is_below(name, "bot.cli")
        for target, line in imports_of(path, inside=True)
        if not is_costly(target)
    ]
    assert not found


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn: set[tuple[str, str, str]] = set()
    way: list[str] = []
    for line in (ast.get_docstring(ast.parse((HOUSE / "base/errors.py").read_text(encoding="utf-8"))) or "").split(
        "\n"
    ):
        match = re.fullmatch(r"\s*((?:│   |    )*)[├└]── (\w+)\s+(\S+)", line)
        if match:
            way[len(match[1].strip("\n")) // 4 :] = [match[2]]
            drawn.add((match[2], way[-2] if len(way) > 1 else "BotError", match[3]))
    classes = {
        (node.name, base.id, name.removeprefix("bot.").replace(".", "/"))
        for name, node in house_nodes()
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if isinstance(base, ast.Name)
    }
    errors = {"BotError"}
    while found := {name for name, base, _ in classes if base in errors} - errors:
        errors |= found
    assert drawn == {one for one in classes if one[1] in errors}


def test_what_deviates_from_a_standard_is_marked_in_one_form() -> None:
    marks = [
        f"{name}: {line.strip()}"
        for name, path in MODULES.items()
        for line in path.read_text(encoding="utf-8").split("\n")
        if "QUIRK" in line
    ]
    form = re.compile(r"\S+: # QUIRK\([^()]+\): \S")
    assert marks
    assert not [mark for mark in marks if not form.search(mark)]


def test_the_picture_of_the_house_is_of_todays_code() -> None:
    drawing = runpy.run_path(str(ROOT / "docs/draw_house.py"))
    assert drawing["is_current"](), "python docs/draw_house.py"


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_named_on_the_map_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {one for one in re.findall(r"`([\w/.]+/[\w.]*|[\w/]+\.(?:py|md))`", text) if not one.startswith("raw/")}
    assert len(named) > 3
    # Where the page speaks of one folder, its files stand by their names alone.
    house = [f"/{path.relative_to(HOUSE)}{'/' * path.is_dir()}" for path in (HOUSE, *HOUSE.rglob("*"))]
    assert not [
        one
        for one in named
        if not any((root / one).exists() for root in (ROOT, HOUSE, ROOT / "docs"))
        and not any(path.endswith(f"/{one}") for path in house)
    ]


def test_rooms_are_small() -> None:
    folders = {path.parent for path in MODULES.values()}
    full = [str(folder.relative_to(ROOT)) for folder in folders if len(list(folder.glob("*.py"))) - 1 > MOST_FILES]
    long = [name for name, path in MODULES.items() if path.read_text(encoding="utf-8").count("\n") > MOST_LINES]
    assert not full
    assert not long
    assert len([entry for entry in HOUSE.iterdir() if not entry.name.startswith(("_", "."))]) <= 14
