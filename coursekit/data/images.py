"""MNIST, Fashion-MNIST and CIFAR-10: the real things, on request only.

Nothing here is fetched unless it is asked for and not in the folder. The files lie as torchvision
lays them, so that a folder of other lessons can be used.

Data: LeCun et al. (1998), Gradient-based learning applied to document recognition,
doi:10.1109/5.726791; Xiao et al. (2017), Fashion-MNIST, doi:10.48550/arXiv.1708.07747;
Krizhevsky (2009), Learning multiple layers of features from tiny images.
"""

import socket
import struct
import zlib
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np

from coursekit.data.pose import Images, Labels
from coursekit.validate import folder

OFFLINE = "data.glyphs() and data.posed_digits() need no network"
COUNTS = {"train": 60_000, "t10k": 10_000}  # images, by the first word of the file's name
SILENCE = 5.0  # seconds without a byte after which a server counts as gone


def mnist(root: str | Path, train: bool = True) -> tuple[Images, Labels]:
    """Return handwritten digits: X (n, 28, 28) in [0, 1], y (n,) in 0 to 9.

    There are 60,000 examples for training, 10,000 for the test. Whole files that are in the
    folder are used; else they are fetched, 12 MB.

    Args:
        root: the folder for the files; made if it does not exist.
        train: the examples for training, else those for the test.

    Raises:
        ConnectionError: if there is no whole copy in the folder, and no server answers.
        ValueError: if a file in the folder is broken, or what was fetched is.
    """
    return _idx("MNIST", root, train)


def fashion_mnist(root: str | Path, train: bool = True) -> tuple[Images, Labels]:
    """Return clothes in ten classes: X (n, 28, 28) in [0, 1], y (n,); else as `mnist`, 31 MB."""
    return _idx("FashionMNIST", root, train)


def cifar10(root: str | Path, train: bool = True) -> tuple[Images, Labels]:
    """Return small photographs in ten classes: X (n, 32, 32, 3) in [0, 1], y (n,) in 0 to 9.

    There are 50,000 examples for training, 10,000 for the test; else as `mnist`, 170 MB.
    """
    folder(root)
    from torchvision import datasets

    found = _fetched("CIFAR10", root, lambda: datasets.CIFAR10(root, train=train, download=True))
    X: Images = found.data.astype(np.float32) / 255
    return X, np.asarray(found.targets, dtype=np.int64)


def _idx(name: str, root: str | Path, train: bool) -> tuple[Images, Labels]:
    folder(root)
    from torchvision import datasets

    kind, raw = getattr(datasets, name), Path(root) / name / "raw"
    if not _whole(raw, kind.resources):
        _fetched(name, root, lambda: kind(root, download=True))
        if not _whole(raw, kind.resources):
            raise ValueError(
                f"no whole copy of {name} in {root}: delete the folder and try again; {OFFLINE}"
            )
    first = "train" if train else "t10k"
    X = (raw / f"{first}-images-idx3-ubyte").read_bytes()
    y = (raw / f"{first}-labels-idx1-ubyte").read_bytes()
    pixels = np.frombuffer(X, np.uint8, offset=16).astype(np.float32).reshape(-1, 28, 28)
    return pixels / np.float32(255), np.frombuffer(y, np.uint8, offset=8).astype(np.int64)


def _whole(folder: Path, resources: list[tuple[str, str]]) -> bool:
    """Tell whether all files are there; torchvision reads unpacked ones without a look at them.

    Raises:
        ValueError: if one of the unpacked files, or the archive beside it, is broken.
    """
    from torchvision.datasets.utils import check_integrity

    whole = True
    for archive, md5 in resources:
        packed, file = folder / archive, folder / archive.removesuffix(".gz")
        if not file.is_file():
            whole = False  # torchvision compares the archive's checksum before it unpacks
        elif packed.is_file() and not check_integrity(packed, md5):
            raise ValueError(f"{packed} is broken: delete it and try again; {OFFLINE}")
        elif not _unpacked(file, packed):
            raise ValueError(f"{file} is broken: delete it and try again; {OFFLINE}")
    return whole


def _unpacked(file: Path, packed: Path) -> bool:
    """Tell whether a file has the header, the length and, by its archive, the content it should."""
    count, content = COUNTS[file.name.split("-")[0]], file.read_bytes()
    if "images" in file.name:
        header, body = struct.pack(">4i", 2051, count, 28, 28), count * 28 * 28
    else:
        header, body = struct.pack(">2i", 2049, count), count
    if not content.startswith(header) or len(content) != len(header) + body:
        return False
    if not packed.is_file():
        return True
    (checksum,) = struct.unpack("<I", packed.read_bytes()[-8:-4])  # gzip keeps that of the content
    return bool(zlib.crc32(content) == checksum)


def _fetched(name: str, root: str | Path, fetch: Callable[[], Any]) -> Any:
    """Return what torchvision makes of the folder, fetching what is missing."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SILENCE)  # torchvision sets none, and would wait for minutes
    try:
        return fetch()
    except (URLError, HTTPException, ConnectionError, TimeoutError, RuntimeError) as error:
        if "corrupted" in str(error):
            raise ValueError(
                f"what came for {name}, or lies in {root}, is broken: "
                f"delete the folder and try again; {OFFLINE}"
            ) from error
        reason = getattr(error, "reason", str(error).strip().split("\n")[-1])
        raise ConnectionError(
            f"no whole copy of {name} in {root}, and no server answers ({reason}): {OFFLINE}"
        ) from error
    finally:
        socket.setdefaulttimeout(before)
