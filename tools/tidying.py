"""The one form in which a notebook is stored: no outputs that nothing compares, no volatile data.

Two cells are generated here from the repository's address: `badge` (a link that opens the notebook
in Colab) and `setup` (which installs the package there).
"""

import json
import re
from typing import Any

import nbformat
from address import Address

Json = dict[str, Any]

COMPARED = "nbval-check-output"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "name": "python3"},
    "language_info": {"name": "python"},
}
SETUP = """\
# In Colab, install the course's package; everywhere, check that its release is this page's.
import importlib.util
import sys

if "google.colab" in sys.modules and importlib.util.find_spec("coursekit") is None:
    %pip install -q "{requirement}"

import coursekit

coursekit.expect("{release}")"""


def tidied(text: str, path: str, address: Address) -> str:
    """Return the text of a notebook in its stored form; doing it twice changes nothing more.

    Args:
        text: the notebook as a JSON text, as any editor may have written it.
        path: where the notebook stands in the repository, with forward slashes.
        address: what the generated cells name.
    """
    notebook = json.loads(text)
    cells = _with_generated(notebook["cells"])
    taken = {cell["id"] for cell in cells if cell.get("id")}
    seen: set[str] = set()
    for cell in cells:
        if not cell.get("id") or cell["id"] in seen:
            cell["id"] = _readable_id(cell, taken)
        seen.add(cell["id"])
        taken.add(cell["id"])
    extra = notebook["metadata"].get("coursekit", {}).get("extra", "")
    sources = {
        "badge": f"[Open in Colab]({address.colab(path)})",
        "setup": SETUP.format(requirement=address.requirement(extra), release=address.release),
    }
    stored = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": METADATA | ({"coursekit": {"extra": extra}} if extra else {}),
        "cells": [_tidied_cell(cell, sources) for cell in cells],
    }
    nbformat.validate(stored)
    return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def joined(text: str | list[str]) -> str:
    """Return a text that the format may keep as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def tags(cell: Json) -> list[str]:
    """Return the tags of a cell, each once."""
    return list(dict.fromkeys(cell.get("metadata", {}).get("tags", [])))


def uses_package(cell: Json) -> bool:
    """Return whether a cell of code names the course's package; the setup cell does not count."""
    if cell["cell_type"] != "code" or cell.get("id") == "setup":
        return False
    return "coursekit" in joined(cell["source"])


def _with_generated(cells: list[Json]) -> list[Json]:
    """Return the cells with a badge (after the title) and a setup cell (before any other code).

    A notebook that does not use the package needs no setup.
    """
    cells, ids = list(cells), {cell.get("id") for cell in cells}
    if "badge" not in ids:
        cells.insert(1, {"cell_type": "markdown", "id": "badge", "source": ""})
    if not any(uses_package(cell) for cell in cells):
        return [cell for cell in cells if cell.get("id") != "setup"]
    if "setup" not in ids:
        setup = {"cell_type": "code", "id": "setup", "metadata": {"tags": ["hide-input"]}}
        first = next(i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
        cells.insert(first, setup | {"source": ""})
    return cells


def _readable_id(cell: Json, taken: set[str]) -> str:
    """Return an id made of the cell's first words; it is kept from then on."""
    words = re.findall(r"[a-z0-9]+", joined(cell["source"]).lower())
    stem = "-".join(words[:5])[:50] or cell["cell_type"]
    name, n = stem, 1
    while name in taken:
        n += 1
        name = f"{stem}-{n}"
    return name


def _tidied_cell(cell: Json, generated: dict[str, str]) -> Json:
    """Return a cell with nothing but what the format wants and what the course uses."""
    source = generated.get(cell["id"], joined(cell["source"])).strip("\n")
    kept = {
        "cell_type": cell["cell_type"],
        "id": cell["id"],
        "metadata": _tidied_metadata(cell),
        "source": source.splitlines(keepends=True),
    }
    if cell["cell_type"] != "code":
        return kept
    plain = "\n".join(line.rstrip() for line in source.split("\n"))
    kept["source"] = plain.splitlines(keepends=True)
    outputs = [_tidied_output(o) for o in cell.get("outputs", [])] if COMPARED in tags(cell) else []
    outputs = [output for output in outputs if output]
    return kept | {"outputs": outputs, "execution_count": 1 if outputs else None}


def _tidied_metadata(cell: Json) -> Json:
    metadata = cell.get("metadata", {})
    kept: Json = {"tags": ["hide-input"] if cell["id"] == "setup" else tags(cell)}
    if "mystnb" in metadata:
        kept["mystnb"] = metadata["mystnb"]
    if "solution" in kept["tags"]:  # folded in JupyterLab and in Colab
        kept |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    return {key: value for key, value in kept.items() if value}


def _tidied_output(output: Json) -> Json | None:
    """Return the text of an output; None for what is no text (a figure, a traceback)."""
    if output["output_type"] == "stream":
        text = joined(output["text"]).splitlines(keepends=True)
        return {"output_type": "stream", "name": output["name"], "text": text}
    data = output.get("data", {})
    data = {
        mime: joined(text).splitlines(keepends=True)
        for mime, text in data.items()
        if mime.startswith("text/")
    }
    if not data:
        return None
    kept = {"output_type": output["output_type"], "data": data, "metadata": {}}
    return kept | ({"execution_count": 1} if output["output_type"] == "execute_result" else {})
