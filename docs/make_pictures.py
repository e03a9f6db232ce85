"""Make the README's pictures from a finished demo: ``python docs/make_pictures.py [DEMO-OUTPUT]`` (needs Chromium).

``reply.png``, ``correction.png`` and ``digest.png`` are what the bot really wrote; ``way.png`` shows the way of a mail.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

HERE = Path(__file__).parent
IMAGES = HERE / "images"
STATIONS = (
    ("收件箱", "定时收信，不改动\n已读标记", "#e8eef7"),
    ("原件落盘", "先存原始邮件，\n再记收信位置", "#e8eef7"),
    ("拆信读表", "正文、附件、压缩包，\nWord、PDF、照片", "#eaf5ee"),
    ("核对", "缺项、日期、电话，\n两张表对照", "#eaf5ee"),
    ("登记", "受理号、版本、答复\n一次写入数据库", "#fdf3e1"),
    ("答复", "确认或请补正，\n限速发出，失败重试", "#fdf3e1"),
    ("汇总", "截止前发给工作人员，\n附汇总表", "#f6ebf5"),
)


def main(demo: Path) -> None:
    IMAGES.mkdir(exist_ok=True)
    for name, pattern in (("reply", "*-confirmation.html"), ("correction", "*-correction.html")):
        shoot(first(demo / "replies", pattern), IMAGES / f"{name}.png", 660)
    shoot(sorted((demo / "digest").glob("*-digest.html"))[1], IMAGES / "digest.png", 660, most=1500)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "way.html"
        page.write_text(way(), encoding="utf-8")
        shoot(page, IMAGES / "way.png", 1180)


def first(folder: Path, pattern: str) -> Path:
    return sorted(folder.glob(pattern))[0]


def way() -> str:
    boxes = "<b>→</b>".join(
        f'<div style="background:{colour}"><strong>{name}</strong><br>{html.escape(text).replace(chr(10), "<br>")}</div>'
        for name, text, colour in STATIONS
    )
    style = (
        "body{margin:12px;background:#fff;font:13px/1.6 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;color:#1f2933}"
        "main{display:flex;align-items:stretch}main div{flex:1;border:1px solid #cdd6e0;border-radius:6px;padding:8px 6px;text-align:center;font-size:12px}"
        "strong{font-size:15px}main b{align-self:center;padding:0 3px;color:#66788a}"
    )
    return f"<!DOCTYPE html><meta charset=utf-8><style>{style}</style><main>{boxes}</main>"


def shoot(page: Path, image: Path, width: int, most: int = 2400) -> None:
    """*page* as a PNG of *width* pixels, empty margin at the bottom cut off."""
    browser = next(
        (path for name in ("chromium", "google-chrome", "chromium-browser") if (path := shutil.which(name))), None
    )
    if browser is None:
        sys.exit("Chromium is needed to make the pictures")
    with tempfile.TemporaryDirectory() as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}"]
        size = [f"--window-size={width},{most}", f"--screenshot={image}"]
        subprocess.run([browser, *options, *size, page.resolve().as_uri()], check=True, capture_output=True)
    with Image.open(image) as shot:
        picture = shot.convert("RGB")
    corner = Image.new("RGB", picture.size, picture.getpixel((2, picture.height - 3)))
    box = ImageChops.difference(picture, corner).getbbox()
    bottom = min(picture.height, box[3] + 16) if box else picture.height
    picture.crop((0, 0, width, bottom)).quantize(128).save(image, optimize=True)
    print(image.relative_to(HERE.parent))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output"))
