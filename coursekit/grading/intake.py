"""Collecting submissions: a folder, files, or the archive that Canvas or Moodle gives.

Archives are read in memory and never unpacked, so the names in them can do no harm. Links are not
followed. Only an archive that the teacher names is one of a class; one that lies in a folder came
from a student, and could hold work under the names of others.
"""

import contextlib
import datetime
import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from coursekit.grading.find import MOST, is_hidden, printable, read

CANVAS = re.compile(r"^(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)$")
MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_file_?(/(?P<file>.+))?$")


@dataclass(frozen=True)
class Submission:
    """One file that was handed in.

    Attributes:
        label: where it was found, with folders; unique.
        data: its bytes.
        person: the name or the id that the learning platform wrote into the file's name.
        time: when the file was made, if that is known.
        late: whether the platform calls it late.
        number: what the platform calls the student in its own tables; empty if that is not known.
    """

    label: str
    data: bytes
    person: str = ""
    time: datetime.datetime | None = None
    late: bool = False
    number: str = ""

    @property
    def slug(self) -> str:
        """A name for its result file: safe on every system, and unique."""
        plain = re.sub(r"[^a-z0-9]+", "-", ascii_of(self.label).lower()).strip("-")[:60]
        return f"{plain}-{hashlib.sha256(self.label.encode('utf8', 'replace')).hexdigest()[:12]}"


def ascii_of(text: str) -> str:
    """Return a text without accents."""
    plain = unicodedata.normalize("NFKD", text)
    return plain.encode("ascii", "ignore").decode()


def collect(paths: Iterable[Path], notices: list[str]) -> list[Submission]:
    """Return every submission below some paths; what is left out is said in `notices`.

    Raises:
        ValueError: if a path does not exist.
    """
    found: list[Submission] = []
    paths = list(paths)
    several = len(paths) > 1
    for path in paths:
        if not path.exists():
            raise ValueError(f"there is no file or folder {path}")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if is_hidden("/".join(file.relative_to(path).parts)) or file.is_dir():
                continue
            label = str(file.relative_to(path)) if path.is_dir() else file.name
            label = f"{path.name}/{label}" if path.is_dir() and several else label
            if file.is_symlink():
                notices.append(f"{label}: a link, left out")
            elif file == path and file.suffix.lower() == ".zip" and not _is_one(file.read_bytes()):
                found += _archive(file, f"{file.name}/" if several else "", notices)
            elif file.suffix.lower() in (".ipynb", ".zip") and file.is_file():
                time = datetime.datetime.fromtimestamp(file.stat().st_mtime)
                with file.open("rb") as stream:
                    found.append(_submission(label, stream.read(MOST + 1), time))
            else:
                notices.append(f"{label}: no notebook, left out")
    return _with_labels_of_their_own(found)


def _with_labels_of_their_own(found: Iterable[Submission]) -> list[Submission]:
    """Return the submissions; where two have one label, the later ones get a number."""
    seen: dict[str, Submission] = {}
    for one in found:
        label, number = one.label, 1
        while label in seen:
            number += 1
            label = f"{one.label} ({number})"
        seen[label] = replace(one, label=label)
    return list(seen.values())


def _is_one(data: bytes) -> bool:
    """Whether an archive is what `submit()` wrote, or broken: then it will be called unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "receipt.json" in archive.namelist()
    except Exception:
        return True


def _archive(file: Path, place: str, notices: list[str]) -> Iterator[Submission]:
    """Yield the submissions in the archive of a learning platform."""
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            name = info.filename
            if info.is_dir() or is_hidden(name):
                continue
            if not name.lower().endswith((".ipynb", ".zip")):
                notices.append(f"{name}: no notebook, left out")
            elif (info.external_attr >> 16) & 0o170000 == 0o120000:
                notices.append(f"{name}: a link, left out")
            else:
                data, time = b"", None
                with contextlib.suppress(Exception):  # a broken entry is an unreadable submission
                    data = read(archive, info)
                with contextlib.suppress(ValueError):
                    time = datetime.datetime(*info.date_time)
                yield _submission(place + name, data, time)


def _submission(label: str, data: bytes, time: datetime.datetime | None) -> Submission:
    """Return a submission with what its name says."""
    label = printable(label.replace("\\", "/"))
    if match := platform(label):
        late = bool(match.groupdict().get("late"))
        number = match["id"] if match.re is CANVAS else f"Participant {match['id']}"
        return Submission(label, data, match["name"].rpartition("/")[2], time, late, number)
    return Submission(label, data, Path(label).stem, time)


def platform(label: str) -> re.Match[str] | None:
    """Return what a learning platform wrote into a label: `name` and `id`."""
    return MOODLE.match(label) or CANVAS.match(label.rpartition("/")[2])
