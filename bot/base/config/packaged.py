"""What comes with the program beside its code: templates, the example of a configuration, of a roster."""

from __future__ import annotations

import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
INSTALLED = Path(sysconfig.get_path("data")) / "share" / "science-day-intake"


def packaged(name: str) -> Path:
    """At the top of the checkout, or where the wheel put it."""
    return CHECKOUT / name if (CHECKOUT / name).exists() else INSTALLED / name
