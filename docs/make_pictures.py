"""Make the README's pictures from a finished demo: ``python docs/make_pictures.py [DEMO-OUTPUT]`` (needs Chromium).

``reply.png``, ``correction.png`` and ``digest.png`` are what the bot really wrote; ``way.png`` shows the way of a mail; ``desk-*.png`` are pages of the
desk on the demo's store.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

from bot.base.clock import make_clock
from bot.base.settings import load_settings
from bot.desk.serve import serving
from bot.store.desk import links
from bot.store.files.marker import open_store

HERE = Path(__file__).parent
IMAGES = HERE / "images"
PAGES = (  # picture, page, width and height of the window
    ("desk-home", "/", 1120, 760),
    ("desk-todo", "/todo", 1120, 760),
    ("desk-activities", "/activities", 1366, 760),
    ("desk-activity", "/activity/KP2023-0001?field=venue", 1120, 640),
    ("desk-phone", "/todo", 375, 700),
)
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
    desk(demo)


def desk(demo: Path) -> None:
    """Pages as a coordinator has them on the demo's last day."""
    settings = load_settings(demo / "config.toml")
    clock = make_clock(settings.schedule.zone, datetime.fromisoformat("2023-10-01T09:20+08:00"))
    with serving(settings, clock), sync_playwright() as playwright:
        with open_store(settings) as store, store.transaction() as db:
            link = f"{settings.desk.address}/login/{links.make(db, settings.coordinators.emails[0], clock())}"
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        session = browser.new_context(locale="zh-CN")
        page = session.new_page()
        page.goto(link)
        page.get_by_role("button", name="登录").click()
        for name, path, width, high in PAGES:
            page.set_viewport_size({"width": width, "height": high})
            page.goto(f"{settings.desk.address}{path}")
            page.screenshot(path=IMAGES / f"{name}.png")
            with Image.open(IMAGES / f"{name}.png") as shot:
                shot.convert("RGB").quantize(64).save(IMAGES / f"{name}.png", optimize=True)
            print(f"docs/images/{name}.png")
        browser.close()


def chromium() -> str:
    for name in ("chromium", "google-chrome", "chromium-browser"):
        if path := shutil.which(name):
            return path
    sys.exit("Chromium is needed to make the pictures")


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
    browser = chromium()
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
