"""Several lanes load what their workers say: no type is worked out by two of them at once."""

import subprocess
import sys
from pathlib import Path


def test_types_may_be_met_by_several_threads_at_once() -> None:
    script = Path(__file__).with_name("meeting_types.py")
    done = subprocess.run([sys.executable, script], env={"PYTHONPATH": str(script.parents[2])}, check=False)
    assert done.returncode == 0
