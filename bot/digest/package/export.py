"""The package to pass on: merged summary, registrations, every form as a proper document, the units' originals."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from pathlib import Path, PurePosixPath

from msgspec import Struct, field

from bot.base.settings import Deadline
from bot.digest.figures import queries
from bot.digest.figures.figures import figures
from bot.digest.model import Figures, StoredForm
from bot.digest.package.calendar_file import calendar_file
from bot.digest.package.file_names import Names, file_name
from bot.digest.package.filled_forms import filled_table
from bot.digest.package.notes import notes
from bot.digest.package.originals import Original, originals, pictures_of
from bot.digest.package.printers import Printers
from bot.digest.plan import Plan
from bot.digest.workbook.summary import in_roster_order, rows_of, table_of
from bot.digest.workbook.workbook import registrations_workbook, summary_workbook
from bot.documents.guard import Runner
from bot.forms.definitions import Definitions
from bot.forms.model import Kind
from bot.letters.office import Office
from bot.store.database import Store

NOTES, LIST = "说明.txt", "清单.txt"
ORIGINALS, REPORTS = "原件", "活动总结"


class Folder(Struct):
    """A folder being filled: gives free names, remembers what it wrote. ``own`` are files of an earlier export, to be replaced."""

    root: Path
    own: set[str] = field(default_factory=set)
    names: Names = field(default_factory=Names)
    written: dict[str, str] = field(default_factory=dict)

    def put(self, path: str, data: bytes) -> str:
        """Write *data* at *path* (with ``/``), under the next free name; what somebody else keeps there is moved aside."""
        free = self.names.free(path)
        target = self.root / free
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and free not in self.own:
            target.rename(self.root / self.names.free(f"{PurePosixPath(free).with_suffix('')}(原有){target.suffix}"))
        target.write_bytes(data)
        self.written[free] = hashlib.sha256(data).hexdigest()
        return free


def export(
    store: Store,
    plan: Plan,
    office: Office,
    out: Path,
    now: datetime,
    guard: Runner,
    *,
    as_zip: bool = False,
) -> list[Path]:
    """Write the package below *out* (made where it is missing) and return its top files and folders, a .zip last. *guard* opens the office's own blanks.

    A second export into the same folder replaces the first: files that its list names and that are no longer part of the
    package are removed, anything else in the folder is kept (files of the same name under «…(原有)»). OSError where it cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    before = listed(out)
    found = figures(store.connection, plan, export_deadline(plan), now)
    folder = Folder(out, before)
    folder.names.taken |= {NOTES, LIST}
    put_tables(folder, found, office)
    put_forms(folder, found, office.definitions, guard)
    kept, lost = put_originals(folder, store)
    put_pictures_and_links(folder, store, found)
    told = notes(found, plan.campaign.name, office.definitions, forms=kept, lost=lost)
    for name, text in ((NOTES, told), (LIST, list_text(folder.written))):
        # Windows' editor knows UTF-8 by its mark, and shows lines by CRLF.
        (out / name).write_bytes("\ufeff".encode() + text.replace("\n", "\r\n").encode())
        folder.written[name] = ""
    remove_stale(out, before - set(folder.written))
    tops = sorted(
        {out / PurePosixPath(path).parts[0] for path in folder.written}, key=lambda path: (path.is_dir(), path.name)
    )
    return [*tops, pack(out, folder.written, office, now)] if as_zip else tops


def export_deadline(plan: Plan) -> Deadline:
    """The deadline whose figures the notes tell: the one that collects registrations, else the campaign's end."""
    for deadline in plan.deadlines:
        if Kind.REGISTRATION in deadline.collects:
            return deadline
    ends = datetime.combine(plan.campaign.ends, time(23, 59, 59))
    return Deadline(name=plan.campaign.name, due=ends, collects=("registration", "summary", "report"))


def put_tables(folder: Folder, found: Figures, office: Office) -> None:
    """The merged summary in the annex's layout twice, the registrations, the calendar."""
    summary = office.definitions.of_kind(Kind.SUMMARY)
    activities = in_roster_order(found)
    if summary is not None:
        name = file_name(summary.title or summary.label, "汇总表", 80)
        folder.put(f"{name}.xlsx", summary_workbook(found, office))
        heads, cells = table_of(summary, rows_of(found, summary))
        folder.put(f"{name}.docx", filled_table(summary, heads, cells, office.campaign.office))
    folder.put("登记明细.xlsx", registrations_workbook(found, office))
    folder.put("活动日历.ics", calendar_file(activities, office.campaign.name, office.domain, found.now))


def put_forms(folder: Folder, found: Figures, definitions: Definitions, guard: Runner) -> None:
    """One document for each registration, whatever it came as."""
    printers = Printers(definitions, guard)
    for form in found.forms:
        printer = printers.of(form) if form.kind is Kind.REGISTRATION else None
        if printer is not None:
            name = file_name(f"{form.ref} {form.title}", form.ref, 60)
            named = definitions.form(str(form.content.get("definition", ""))) or definitions.of_kind(form.kind)
            below = file_name(named.label if named else "", "表格")
            folder.put(f"{below}/{unit_folder(form.unit)}/{name}{printer.suffix}", printer.printed(form.content))


def put_originals(folder: Folder, store: Store) -> tuple[int, list[str]]:
    """The units' own files under ``原件/单位/活动/``, those of work summaries under ``活动总结/单位/活动/``.

    Returns how many were written, and which are no longer on disk.
    """
    written, lost = 0, []
    for original in originals(
        queries.rows(store.connection, queries.SAVED_FILES), queries.rows(store.connection, queries.SOURCES)
    ):
        data = read_below(store.root, original.file)
        if data is None:
            lost.append(f"{original.unit} {original.name}")
            continue
        folder.put(f"{folder_of(original)}/{file_name(original.name, '附件', 60)}", data)
        written += 1
    return written, lost


def folder_of(original: Original) -> str:
    top = REPORTS if original.kind == Kind.REPORT else ORIGINALS
    return f"{top}/{unit_folder(original.unit)}/{file_name(original.activity, '其他材料')}"


def unit_folder(unit: str) -> str:
    return file_name(unit, "未确定单位")


def put_pictures_and_links(folder: Folder, store: Store, found: Figures) -> None:
    """What belongs to the work summaries: pictures taken out of them, links to news and videos."""
    for form in found.forms:
        if form.kind is not Kind.REPORT:
            continue
        below = f"{REPORTS}/{unit_folder(form.unit)}/{file_name(form.title, form.ref)}"
        for name, file in pictures_of(form):
            if (data := read_below(store.root, file)) is not None:
                folder.put(f"{below}/图片/{file_name(name, '图片', 60)}", data)
        if links := list(links_of(form)):
            folder.put(f"{below}/链接.txt", ("\ufeff" + "\r\n".join(links) + "\r\n").encode())


def links_of(form: StoredForm) -> Iterator[str]:
    for key in ("links", "videos"):
        for entry in form.content.get(key) or ():
            yield str(entry.get("name") or entry) if isinstance(entry, dict) else str(entry)


def read_below(root: Path, file: str) -> bytes | None:
    """The saved file's bytes; None where it is gone or would lie outside of the store."""
    path = (root / file).resolve()
    if not path.is_relative_to(root.resolve()):
        return None
    try:
        return path.read_bytes()
    except OSError:
        return None


def list_text(written: dict[str, str]) -> str:
    return "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(written.items()))


def listed(out: Path) -> set[str]:
    """The files that an earlier export into *out* says are its own and that nobody has changed since."""
    try:
        lines = (out / LIST).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    pairs = ((sha256, PurePosixPath(path)) for sha256, _, path in (line.partition("  ") for line in lines))
    return {
        str(path)
        for sha256, path in pairs
        if ".." not in path.parts and not path.is_absolute() and sha256_of(out / path) == sha256
    }


def sha256_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def remove_stale(out: Path, paths: Iterable[str]) -> None:
    for path in paths:
        (out / path).unlink(missing_ok=True)
        for parent in (out / path).parents:
            if parent == out or any(parent.iterdir()):
                break
            parent.rmdir()


def pack(out: Path, written: Iterable[str], office: Office, now: datetime) -> Path:
    """All files in one .zip inside of *out*, names in UTF-8 as their flag says."""
    day = now.astimezone(office.zone)
    path = out / f"{file_name(office.campaign.name, '上报材料', 60)}上报材料{day:%Y%m%d}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(written):
            archive.write(out / name, name)
    return path
