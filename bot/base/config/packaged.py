"""What comes with the program beside its code: templates, the example of a configuration, of a roster; and which version it is."""

from __future__ import annotations

import sysconfig
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

PROGRAM = "science-day-intake"
CHECKOUT = Path(__file__).resolve().parents[3]
INSTALLED = Path(sysconfig.get_path("data")) / "share" / PROGRAM


def packaged(name: str) -> Path:
    """At the top of the checkout, or where the wheel put it."""
    return CHECKOUT / name if (CHECKOUT / name).exists() else INSTALLED / name


def version() -> str:
    """ "0" where it is run without being installed."""
    try:
        return installed(PROGRAM)
    except PackageNotFoundError:
        return "0"
