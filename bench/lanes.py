"""How long a mail with a document waits for its answer while scans are read, in a running instance against servers of its own.

    python -m bench.lanes [--scans 50]

Beside it, in the same run, how long the same mail waits where nothing else is there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.idle import configure
from bench.running import running
from bot.cli.demo.forms import photographed
from bot.forms.definitions import load_definitions
from bot.forms.model import Kind
from tests.flow import samples
from tests.flow.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import ScriptedSmtp

PATIENCE = 300.0  # seconds


def answered(office: Office, message_id: str) -> float:
    """Seconds from now until the answer to this mail has gone out."""
    begun = time.monotonic()
    while not any(mail["In-Reply-To"] == message_id for mail in office.sent):
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError(message_id)
        time.sleep(0.05)
    return time.monotonic() - begun


def document(office: Office, number: int) -> float:
    message_id = f"<document{number}@example.com>"
    office.deliver(
        samples.mail(
            sender=f"document{number}@example.com",
            subject="报送",
            files={"申报表.docx": samples.registration(name=f"第{number}号活动")},
            message_id=message_id,
        )
    )
    return answered(office, message_id)


def scans(count: int) -> list[bytes]:
    definition = load_definitions().of_kind(Kind.REGISTRATION)
    assert definition is not None
    found = []
    for number in range(count):
        picture = photographed(definition, {"activity_name": f"第{number}场科普讲座", "venue": "市民广场"})
        if picture is None:
            raise SystemExit("no Chinese font")
        found.append(
            samples.mail(
                sender=f"scan{number}@example.com",
                subject="报送",
                files={"扫描件.jpg": picture},
                message_id=f"<scan{number}@example.com>",
            )
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=50)
    options = parser.parse_args()
    shown, dovecot, smtp = Table("", "seconds until its answer"), Dovecot(), ScriptedSmtp()
    dovecot.start()
    smtp.start()
    try:
        with tempfile.TemporaryDirectory(prefix="lanes-") as name:
            office = Office(Path(name), dovecot, dovecot.add_user("lanes@example.com"), smtp)
            configure(office, "10m")
            with running(office):
                document(office, 0)  # everything is loaded
                shown.add_row("a document alone", f"{document(office, 1):.1f}")
                office.deliver(*scans(options.scans))
                time.sleep(10)
                for number in (2, 3):
                    seconds, left = document(office, number), options.scans + 1 + number - len(office.sent)
                    shown.add_row(f"a document, {left} scans waiting", f"{seconds:.1f}")
    finally:
        smtp.stop()
        dovecot.stop()
    Console().print(shown)


if __name__ == "__main__":
    main()
