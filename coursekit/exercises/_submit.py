"""Handing in: the notebook's own bytes and a receipt, in one file.

How to get at the notebook depends on the editor: Colab is asked for it, JupyterLab and VS Code say
where it is saved, and elsewhere the reader is told which menu to use.
"""

import datetime
import io
import json
import os
import platform
import re
import sys
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import coursekit
from coursekit.exercises._cells import ran_last
from coursekit.exercises._messages import TEXT, say
from coursekit.exercises._result import Note, Row

BLANK = "*Write here.*"


def hand_in(task: str, rows: Sequence[Row], names: Mapping[str, Any]) -> Note:
    """Write the file, if there is something to hand in, and return what to say about it."""
    if all(row.status in ("not checked", "not attempted", "open") for row in rows):
        return Note(TEXT["empty"])
    colab = "google.colab" in sys.modules
    path = None if colab else notebook_path(names)
    if not colab and (path is None or not path.is_file()):
        return Note(TEXT["no path"])
    data = from_colab() if path is None else path.read_bytes()
    student = str(names.get("student", "")).strip().strip(".")
    receipt = {
        "task": task,
        "student": student,
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "editor": "Colab" if colab else "a file",
        "versions": versions(),
        "results": {row.name: row.status for row in rows},
    }
    file = Path(f"{task}_{_plain(student) or 'no-id'}.zip")
    file.write_bytes(_packed(f"{task}.ipynb", data, receipt))
    said = [say("wrote", file=file, source="Colab" if path is None else f"`{path.name}`")]
    if colab:
        sys.modules["google.colab"].files.download(str(file))
        said.append(TEXT["download"])
    else:
        changed = unsaved(task, _cells(data), names)
        said.append(say("unsaved", items=_list(changed)) if changed else TEXT["save first"])
    return Note(" ".join([*said, *_missing(rows, student, _cells(data)), TEXT["advice"]]))


def notebook_path(names: Mapping[str, Any]) -> Path | None:
    """Return where VS Code or a Jupyter server says that the notebook is saved."""
    place = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    if not place:
        return None
    path = Path(place)
    return path if path.is_file() else Path(path.name)  # a server's path starts at its own root


def from_colab() -> bytes:
    """Ask Colab's page for the notebook as it is now."""
    from google.colab import _message

    answer = _message.blocking_request("get_ipynb", request="", timeout_sec=60)
    return json.dumps(answer["ipynb"], ensure_ascii=False, indent=1).encode()


def versions() -> dict[str, str]:
    """Return the versions of what runs here."""
    found = {"python": platform.python_version(), "coursekit": coursekit.__version__}
    modules = {name: sys.modules.get(name) for name in ("numpy", "torch")}
    return found | {n: str(getattr(m, "__version__", "")) for n, m in modules.items() if m}


def unsaved(task: str, cells: Sequence[str], names: Mapping[str, Any]) -> list[str]:
    """Return the answers whose code ran in another version than the saved one."""
    saved = {cell.strip() for cell in cells}
    ran = ran_last(names).items()
    return [name for name, cell in ran if name.startswith(f"{task}.") and cell not in saved]


def _missing(rows: Sequence[Row], student: str, cells: Sequence[str]) -> list[str]:
    """Return sentences about what is not there yet."""
    left = [row.name for row in rows if row.status not in ("passed", "open")]
    texts = {cell.strip().partition("\n")[0]: cell.partition("\n")[2].strip() for cell in cells}
    parts = [row.name for row in rows if row.status == "open"]
    blank = [name for name in parts if texts.get(f"**Answer: {name}**", "") in ("", BLANK)]
    said = [] if student else [TEXT["no student"]]
    said += [say("still open", items=_list(left))] if left else [TEXT["complete"]]
    return said + ([say("still unwritten", items=_list(blank))] if blank else [])


def _cells(data: bytes) -> list[str]:
    """Return the texts of a notebook's cells."""
    found = json.loads(data).get("cells", [])
    return ["".join(cell.get("source", "")) for cell in found]


def _packed(name: str, data: bytes, receipt: Mapping[str, object]) -> bytes:
    """Return an archive of the notebook and the receipt."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
        archive.writestr("receipt.json", json.dumps(receipt, indent=1, ensure_ascii=False))
    return buffer.getvalue()


def _plain(text: str) -> str:
    """Return a text as it may stand in the name of a file."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9-]+", "-", plain).strip("-")[:40]


def _list(names: Sequence[str]) -> str:
    """Return names as code, with commas."""
    return ", ".join(f"`{name}`" for name in names)
