"""What is installed is whole: every file that the code reads is in the wheel, and the units of systemd say what systemd understands."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_file_beside_the_code_is_in_the_wheel() -> None:
    globs = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    beside = [path for path in (ROOT / "bot").rglob("*.*") if path.is_file() and path.suffix not in {".py", ".pyc"}]
    assert len(beside) > 30
    assert not [path.name for path in beside if not any(fnmatch(path.name, glob) for glob in globs)]
    placed = {
        path
        for globs in PROJECT["tool"]["setuptools"]["data-files"].values()
        for glob in globs
        for path in ROOT.glob(glob)
    }
    wanted = {path for path in (ROOT / "templates").rglob("*.*") if path.is_file()}
    assert wanted | {ROOT / "config.example.toml", ROOT / "units.example.xlsx"} <= placed


def test_every_folder_of_the_code_is_a_package() -> None:
    """setuptools leaves out a folder without ``__init__.py``, and what lies in it."""
    folders = {path.parent for path in (ROOT / "bot").rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_units_are_understood(tmp_path: Path) -> None:
    for unit in (ROOT / "deploy").glob("science-day-intake*.*"):
        text = unit.read_text(encoding="utf-8").replace(
            "/opt/science-day-intake/bin/science-day-intake", sys.executable
        )
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    assert len(units) == 3
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
