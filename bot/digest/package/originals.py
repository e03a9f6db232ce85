"""Which saved file belongs to which unit and activity. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from bot.decision.states import Status
from bot.digest.model import StoredForm
from bot.forms.model import Kind

COUNTS = frozenset({Status.ACCEPTED, Status.NEEDS_CORRECTION})
SUMMARY_FOLDER = "汇总表"
OTHER_FOLDER = "其他材料"


class Original(Struct, frozen=True):
    """One file as it came. ``file`` is its place below the store, ``name`` what the sender called it, ``kind`` that of the
    form that was read from it (empty for a poster or photo beside)."""

    unit: str
    activity: str
    name: str
    file: str
    kind: str = ""


def originals(saved: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]]) -> Iterator[Original]:
    """The files of what stands now: those from which a current form was read, and what came beside these in the same mail.

    Files whose forms were all replaced, withdrawn or refused are left out. A file with the forms of several activities lies
    with the first one; the same content sent twice for one activity comes once.
    """
    by_file: dict[tuple[int, str], list[Mapping[str, Any]]] = defaultdict(list)
    by_mail: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for source in with_files(sources, {(entry["mail"], entry["path"]) for entry in saved}):
        by_file[source["mail"], source["source_path"]].append(source)
        if source["is_current"] and source["status"] in COUNTS:
            by_mail[source["mail"]].append(source)
    seen: set[tuple[str, str, str]] = set()
    for entry in saved:
        forms = by_file.get((entry["mail"], entry["path"]), [])
        standing = [form for form in forms if form["is_current"] and form["status"] in COUNTS]
        if forms and not standing:
            continue
        beside = by_mail.get(entry["mail"], [])
        if not standing and not beside:
            continue
        one = standing[0] if standing else None
        original = Original(
            unit=one["unit"] if one else entry["unit"] or beside[0]["unit"],
            activity=folder_name(one) if one else beside_of(beside),
            name=PurePosixPath(entry["path"].rpartition("!/")[2]).name or "附件",
            file=entry["file"],
            kind=one["kind"] if one else Kind.REPORT if all(form["kind"] == Kind.REPORT for form in beside) else "",
        )
        key = (original.unit, original.activity, entry["sha256"])
        if key not in seen:
            seen.add(key)
            yield original


def with_files(sources: Sequence[Mapping[str, Any]], files: Collection[tuple[int, str]]) -> Iterator[Mapping[str, Any]]:
    """Every version with the mail of its file: one that was corrected in words was read from the file of a version before it."""
    last: dict[tuple[str, str], int] = {}  # the mail in which the file of a form came last
    for source in sorted(sources, key=lambda one: one["version"]):
        key = source["ref"], source["source_path"]
        if (source["mail"], source["source_path"]) in files:
            last[key] = source["mail"]
        yield {**source, "mail": last.get(key, source["mail"])}


def folder_name(form: Mapping[str, Any]) -> str:
    return SUMMARY_FOLDER if form["kind"] == Kind.SUMMARY else form["title"] or form["ref"]


def beside_of(beside: Sequence[Mapping[str, Any]]) -> str:
    """A photo or poster belongs to the only activity of its mail; else nobody knows to which."""
    titles = {folder_name(form) for form in beside if form["kind"] != Kind.SUMMARY}
    return titles.pop() if len(titles) == 1 else OTHER_FOLDER


def pictures_of(form: StoredForm) -> Iterator[tuple[str, str]]:
    """(name, place below the store) of each picture of a work summary that was kept."""
    for number, picture in enumerate(form.content.get("pictures") or (), 1):
        if isinstance(picture, dict) and picture.get("file"):
            suffix = PurePosixPath(str(picture["file"])).suffix
            stem = PurePosixPath(str(picture.get("name") or "")).stem or f"图片{number}"
            yield f"{stem}{suffix}", str(picture["file"])
