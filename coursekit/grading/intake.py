"""Collecting submissions: a folder, files, or the archive that Canvas or Moodle gives.

Archives are read in memory and never unpacked, so the names in them can do no harm. Links are not
followed.
"""

import datetime
import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coursekit.grading.find import MOST

CANVAS = re.compile(r"^(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)$")
MOODLE = re.compile(r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_file_?(/(?P<file>.+))?$")


@dataclass(frozen=True)
class Submission:
    """One file that was handed in.

    Attributes:
        label: where it was found, with folders; unique.
        data: its bytes.
        person: the name or the id that the learning platform wrote into the file's name.
        time: when the file was made, if that is known.
        late: whether the platform calls it late.
    """

    label: str
    data: bytes
    person: str = ""
    time: datetime.datetime | None = None
    late: bool = False

    @property
    def slug(self) -> str:
        """A name for its result file: safe on every system, and unique."""
        plain = re.sub(r"[^a-z0-9]+", "-", ascii_of(self.label).lower()).strip("-")[:60]
        return f"{plain}-{hashlib.sha256(self.label.encode('utf8', 'replace')).hexdigest()[:6]}"


def ascii_of(text: str) -> str:
    """Return a text without accents."""
    plain = unicodedata.normalize("NFKD", text)
    return plain.encode("ascii", "ignore").decode()


def collect(paths: Iterable[Path], notices: list[str]) -> list[Submission]:
    """Return every submission below some paths; what is left out is said in `notices`."""
    found: list[Submission] = []
    for path in paths:
        if not path.exists():
            notices.append(f"{path}: there is no such file")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            hidden = any(
                part.startswith((".", "__MACOSX")) for part in file.relative_to(path).parts
            )
            if hidden or file.is_dir():
                continue
            label = str(file.relative_to(path)) if path.is_dir() else file.name
            if file.is_symlink():
                notices.append(f"{label}: a link, left out")
            elif file.suffix == ".zip" and not _is_one(file.read_bytes()):
                found += _archive(file, notices)
            elif file.suffix in (".ipynb", ".zip"):
                time = datetime.datetime.fromtimestamp(file.stat().st_mtime)
                found.append(_submission(label, file.read_bytes(), time))
            elif file.exists():
                notices.append(f"{label}: no notebook, left out")
    return found


def _is_one(data: bytes) -> bool:
    """Whether an archive is what `submit()` wrote."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "receipt.json" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return True  # broken: one submission, which will be called unreadable


def _archive(file: Path, notices: list[str]) -> Iterator[Submission]:
    """Yield the submissions in the archive of a learning platform."""
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            name = info.filename
            if info.is_dir() or any(
                part.startswith((".", "__MACOSX")) and part != ".." for part in name.split("/")
            ):
                continue
            if not name.endswith((".ipynb", ".zip")):
                notices.append(f"{name}: no notebook, left out")
            elif (info.external_attr >> 16) & 0o170000 == 0o120000:
                notices.append(f"{name}: a link, left out")
            else:
                data = archive.read(info) if info.file_size <= MOST else b" " * (MOST + 1)
                yield _submission(name, data, datetime.datetime(*info.date_time))


def _submission(label: str, data: bytes, time: datetime.datetime) -> Submission:
    """Return a submission with what its name says."""
    label = label.replace("\\", "/")
    for pattern, text in ((CANVAS, label.rpartition("/")[2]), (MOODLE, label)):
        if match := pattern.match(text):
            late = bool(match.groupdict().get("late"))
            return Submission(label, data, match["name"].rpartition("/")[2], time, late)
    return Submission(label, data, Path(label).stem, time)
