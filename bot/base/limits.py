"""What one file may cost: bytes, seconds, depth; how often memory is tidied up, and how long threads wait for each other."""

from __future__ import annotations

from msgspec import Struct

from bot.base.replacing import replace

# For ``gc.set_threshold``. By default Python looks for unreachable rings of objects after every 700 new ones and walks over all that it keeps
# again and again: a fifth of the time of a mail. Few of a mail's objects stand in rings; what stands in none is freed at once.
RARELY = (50_000, 20, 20)
# For ``sys.setswitchinterval``, in seconds. While one thread settles mails others hand the next ones to the processes that read; after Python's own
# five milliseconds these have been idle for a third of a mail.
SOON = 0.0005


class Limits(Struct, frozen=True):
    """Bounds for untrusted files. Sizes in bytes, times in seconds of the processor: ``seconds`` for one call,
    ``total_seconds`` for all of one mail, ``picture_seconds`` for its photos and scans, at every try."""

    max_part: int = 40 * 2**20
    max_total: int = 300 * 2**20
    max_files: int = 500
    max_depth: int = 5
    max_ratio: int = 200
    max_rows: int = 20_000
    max_text: int = 5 * 2**20
    max_pages: int = 30
    seconds: float = 180.0
    total_seconds: float = 900.0
    picture_seconds: float = 600.0
    memory: int = 3 * 2**30

    def patient(self) -> Limits:
        """The bounds for what was not read to its end at the first try."""
        return replace(self, seconds=4 * self.seconds, total_seconds=2 * self.total_seconds)
