"""Lists of options as people tick them."""

from __future__ import annotations

from random import Random

TYPES = ["展览展示", "互动体验", "现场咨询", "科普宣传", "科普表演", "其他"]
AUDIENCES = ["青少年", "农民", "产业工人", "领导干部和公务员", "老年人", "其他"]
HINT = "（请注明）"
PAIRS = [
    ("√", "□"),
    ("☑", "☐"),
    ("☑", "□"),
    ("■", "□"),
    ("✔", "□"),
    ("□√", "□"),
    ("√□", "□"),
    ("●", "○"),
    ("[√]", "[ ]"),
    ("（√）", "（ ）"),
    ("【√】", "【 】"),
    ("V", "□"),
    ("R", "□"),
    ("þ", "¨"),
    ("√", ""),
    ("✓", "☐"),
    ("☒", "☐"),
    ("(√)", "()"),
    ("✅", "□"),
    ("v", "□"),
]


def ticked(r: Random, labels: list[str], chosen: set[str], note: str, habit: str = "") -> str:
    """*labels* with those in *chosen* marked in one habit; *note* stands behind 其他."""
    habit = habit or r.choice(
        ["before"] * 8 + ["after"] * 3 + ["beside"] * 2 + ["typed"] + ["behind"] + ["lines"] + ["only"]
    )
    gaps = r.choice([["    "], [" ", "     "], ["  "], ["\n"], ["\t"], ["　"], ["    ", "\n"]])

    def printed(label: str) -> str:
        return label + (HINT if label == "其他" and hint else "")

    hint = r.random() < 0.8
    noted = r.choice([note, f"：{note}", f"__{note}__", f"  {note}  "]) if note else ""
    if habit == "typed" and chosen:
        names = [f"其他：{note}" if label == "其他" and note else label for label in labels if label in chosen]
        return r.choice(["、", "，", "；", " ", "\n"]).join(names)
    if habit == "only" and chosen:
        tick = r.choice(["√", "☑", "✔", "■"])
        return "  ".join(
            tick + printed(label) + (noted if label == "其他" else "") for label in labels if label in chosen
        )
    if habit == "behind" and chosen and "其他" not in chosen:
        return (
            "  ".join("□" + printed(label) for label in labels)
            + "\n"
            + "、".join(label for label in labels if label in chosen)
        )
    tick, empty = r.choice(PAIRS)
    parts = []
    for label in labels:
        on = label in chosen
        text = printed(label)
        tail = noted if label == "其他" and note else ""
        if habit == "after":
            tick, empty = ("√", "□") if empty == "" else (tick, empty)
            parts.append(text + (tick if on else empty) + tail)
        elif habit == "beside":
            parts.append("□" + text + (r.choice(["√", " √"]) if on else "") + tail)
        else:
            space = r.choice(["", "", " "]) if len(empty) == 1 else ""
            parts.append((tick if on else empty) + space + text + tail)
    out = parts[0]
    for i, part in enumerate(parts[1:], 1):
        out += ("\n" if habit == "lines" else gaps[i % len(gaps)]) + part
    return out
