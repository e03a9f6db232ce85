"""Named moments at which a test kills the process, to prove that it may be killed there. In normal operation nothing happens."""

from __future__ import annotations

import os
import signal

POINTS = (
    "fetched",  # a mail has come over the wire, nothing is stored
    "raw_stored",  # its bytes are on disk, the database does not know it
    "registered",  # mail and cursor are in the database
    "act_on_disk",  # what was done at the desk is on disk, the database does not know it
    "act_left",  # it is in the database, nothing came of it yet
    "attempt_counted",
    "understood",
    "files_kept",  # attachments and pictures are on disk, no row names them
    "recorded",  # everything is written, the transaction is open
    "committed",
    "filed",  # moved on the server, not noted yet
    "digest_rendered",
    "digest_queued",
    "sending_marked",
    "accepted",  # the SMTP server has said 250, the database does not know it
    "copy_kept",
    "sent_marked",
)


def reach(point: str) -> None:
    """End the process here and now, as a power cut would, where a test has chosen this point."""
    if point == os.environ.get("BOT_FAILPOINT"):
        os.kill(os.getpid(), signal.SIGKILL)
