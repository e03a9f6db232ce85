"""Tables of cases that stand in files beside their tests: JSON lists, a case a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def cases(test: str, files: str, by: str = "text") -> list[Any]:
    """The cases of *files* (a pattern) beside the module *test*, each called by its file and the beginning of what stands under *by*."""
    paths = sorted(Path(test).parent.glob(files))
    found = [
        pytest.param(case, id=f"{path.stem} {str(case[by])[:24]}")
        for path in paths
        for case in json.loads(path.read_text(encoding="utf-8"))
    ]
    assert found, f"no cases in {files}"
    return found
