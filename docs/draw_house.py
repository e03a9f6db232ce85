"""Draw the house from the code's own imports: ``python docs/draw_house.py [--check]`` writes ``docs/images/house.svg``.

One box a folder of ``bot/``, the top floor first, its files and lines in it; a line for each floor that imports another, the thicker
the more imports; red where one would run upwards. ``--check`` only tells whether the picture on disk shows today's folders and imports;
its numbers may lag behind a little.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "bot"
PICTURE = Path(__file__).parent / "images" / "house.svg"
# Top floor first, with what a floor is for; a folder that is not named here is drawn at the top in red.
FLOORS = {
    "cli": "what a person types",
    "desk": "what coordinators see and press",
    "operation": "the running bot",
    "intake": "one mail, from bytes to answer",
    "digest": "what coordinators get",
    "store": "one SQLite file and the raw mails",
    "letters": "words from templates → finished mails",
    "decision": "pure: facts + rules → Decision",
    "statements": "what people write → statements",
    "forms": "Document → forms and their problems",
    "documents": "bytes of any format → Document",
    "mailbox": "IMAP and SMTP as they really are",
    "message": "raw mail → Message",
    "base": "settings, errors, text, clock",
}
WIDTH, LEFT, BOX, HIGH, GAP = 980, 300, 420, 44, 14


def imports() -> Counter[tuple[str, str]]:
    """How many imports run from one folder to another."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted(HOUSE.rglob("*.py")):
        here = path.relative_to(HOUSE).parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module == "bot":
                named = [f"bot.{alias.name}" for alias in node.names]
            for module in named:
                steps = module.split(".")
                if steps[0] == "bot" and len(steps) > 1 and steps[1] != here and not here.endswith(".py"):
                    found[here, steps[1]] += 1
    return found


def size(folder: str) -> tuple[int, int, list[str]]:
    """Files, lines and the folders below."""
    files = [path for path in sorted((HOUSE / folder).rglob("*.py")) if path.name != "__init__.py"]
    lines = sum(path.read_text(encoding="utf-8").count("\n") for path in files)
    below = [path.name for path in sorted((HOUSE / folder).iterdir()) if path.is_dir() and not path.name.startswith("_")]
    return len(files), lines, below


def draw() -> str:
    """The picture as SVG text; the same code gives the same bytes."""
    folders = [path.name for path in sorted(HOUSE.iterdir()) if path.is_dir() and not path.name.startswith("_")]
    order = [name for name in folders if name not in FLOORS] + [name for name in FLOORS if name in folders]
    top = {name: 20 + index * (HIGH + GAP) for index, name in enumerate(order)}
    parts = []
    for (source, target), count in sorted(imports().items()):
        if source not in top or target not in top:
            continue
        start, end = top[source] + HIGH / 2, top[target] + HIGH / 2
        steps = abs(order.index(source) - order.index(target))
        is_down = end > start
        side, out = (LEFT + BOX, 1) if is_down else (LEFT, -1)
        reach = side + out * (16 + 17 * steps)
        width = 0.7 + min(count, 60) / 14
        colour = "#7b8ea3" if is_down else "#c62828"
        parts.append(
            f'<path d="M{side} {start:g} C{reach} {start:g} {reach} {end:g} {side + out * 6} {end:g}" fill="none" '
            f'stroke="{colour}" stroke-width="{width:.1f}" stroke-opacity=".55" marker-end="url(#tip)">'
            f"<title>{source} → {target}: {count}</title></path>"
        )
    for name in order:
        files, lines, below = size(name)
        known = name in FLOORS
        parts.append(
            f'<rect x="{LEFT}" y="{top[name]}" width="{BOX}" height="{HIGH}" rx="6" fill="{"#eef3f9" if known else "#fdecea"}" '
            f'stroke="#9fb3c8"/><text x="{LEFT + 12}" y="{top[name] + 19}" font-weight="bold" font-size="15">{name}/</text>'
            f'<text x="{LEFT + BOX - 12}" y="{top[name] + 19}" text-anchor="end" fill="#627d98">{files} files · {lines:,} lines</text>'
            f'<text x="{LEFT + 12}" y="{top[name] + 36}" fill="#334e68">{escape(", ".join(below) or " ")}</text>'
            f'<text x="{LEFT - 14}" y="{top[name] + 27}" text-anchor="end" fill="#334e68">{escape(FLOORS.get(name, "?"))}</text>'
        )
    height = 20 + len(order) * (HIGH + GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#7b8ea3"/></marker></defs><rect width="100%" height="100%" fill="#fff"/>' + "\n".join(parts) + "</svg>\n"
    )


def is_current() -> bool:
    """Whether the picture on disk has the folders and lines of today's code, whatever their sizes."""
    drawn, today = (re.sub(r"[\d.,]+", "", picture) for picture in (PICTURE.read_text(encoding="utf-8"), draw()))
    return drawn == today


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if is_current() else "docs/images/house.svg is not of today's code: python docs/draw_house.py")
    picture = draw()
    PICTURE.write_text(picture, encoding="utf-8")
