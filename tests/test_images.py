"""MNIST and its kin are read from files laid out as torchvision lays them, never from half of them.

A few invented pictures stand in for each data set; nothing here asks for a network.
"""

import gzip
import hashlib
import io
import pickle
import socket
import struct
import tarfile
from http.client import BadStatusLine
from pathlib import Path
from urllib.error import HTTPError, URLError

import numpy as np
import pytest

pytest.importorskip("torchvision", exc_type=ImportError)
from torchvision import datasets

from coursekit import data
from coursekit.data import images

COUNTS = {"train": 6, "t10k": 4}
LOADERS = {"MNIST": data.mnist, "FashionMNIST": data.fashion_mnist}


def files() -> dict[str, bytes]:
    """Return a small data set as the archives that a server would send."""
    found = {}
    for first, n in COUNTS.items():
        pixels = (np.arange(n * 784) % 256).astype(np.uint8).tobytes()
        labels = (np.arange(n) % 10).astype(np.uint8).tobytes()
        header, short = struct.pack(">4i", 2051, n, 28, 28), struct.pack(">2i", 2049, n)
        found[f"{first}-images-idx3-ubyte.gz"] = gzip.compress(header + pixels, mtime=0)
        found[f"{first}-labels-idx1-ubyte.gz"] = gzip.compress(short + labels, mtime=0)
    return found


def batches() -> dict[str, bytes]:
    """Return CIFAR-10's files, two pictures in each."""
    rows = (np.arange(2 * 3072) % 256).astype(np.uint8).reshape(2, 3072)
    names = [name for name, _ in datasets.CIFAR10.train_list + datasets.CIFAR10.test_list]
    found = {
        name: pickle.dumps({"data": rows, "labels": [k, 9 - k]}) for k, name in enumerate(names)
    }
    return found | {"batches.meta": pickle.dumps({"label_names": list("abcdefghij")})}


def md5(content: bytes) -> str:
    """Return the checksum that torchvision compares."""
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def server(monkeypatch):
    """Stand in for every server; without files there is no network. Lists what was asked for."""
    state = {"files": {}, "asked": [], "error": URLError("no route to host"), "timeout": []}

    def urlopen(request, *args, **kwargs):
        state["timeout"].append(socket.getdefaulttimeout())
        name = request.full_url.rsplit("/", 1)[-1]
        if name not in state["files"]:
            raise state["error"]
        answer = io.BytesIO(state["files"][name])
        answer.url, answer.length = request.full_url, len(state["files"][name])
        if name not in state["asked"]:
            state["asked"].append(name)  # once, though torchvision first looks for redirections
        return answer

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    monkeypatch.setattr(images, "COUNTS", COUNTS)
    sums = [(name, md5(content)) for name, content in files().items()]
    for kind in (datasets.MNIST, datasets.FashionMNIST):
        monkeypatch.setattr(kind, "resources", sums)
    inside = batches()
    cifar = datasets.CIFAR10
    for names in ("train_list", "test_list"):
        monkeypatch.setattr(cifar, names, [[n, md5(inside[n])] for n, _ in getattr(cifar, names)])
    monkeypatch.setattr(cifar, "meta", cifar.meta | {"md5": md5(inside["batches.meta"])})
    monkeypatch.setattr(cifar, "tgz_md5", md5(packed_batches()))
    return state


def packed_batches() -> bytes:
    """Return CIFAR-10's archive."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:  # torchvision's name ends in .gz
        for name, content in batches().items():
            about = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return gzip.compress(archive.getvalue(), mtime=0)


def laid(root: Path, name: str = "MNIST", *, archives: bool = True) -> Path:
    """Lay a whole data set into the folder as torchvision would; return where its files lie."""
    folder = root / name / "raw"
    folder.mkdir(parents=True)
    for archive, content in files().items():
        (folder / archive.removesuffix(".gz")).write_bytes(gzip.decompress(content))
        if archives:
            (folder / archive).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("archives", [True, False])
def test_files_already_there_are_used(server, tmp_path: Path, name: str, archives: bool):
    """A folder of another lesson is read as it is, with its archives or without."""
    laid(tmp_path, name, archives=archives)

    X, y = LOADERS[name](tmp_path)

    assert (X.shape, X.dtype, y.dtype) == ((6, 28, 28), np.float32, np.int64)
    np.testing.assert_array_equal(y, np.arange(6))
    np.testing.assert_allclose(X[0, 0, :3], [0, 1 / 255, 2 / 255])
    assert X.max() == 1.0
    assert LOADERS[name](tmp_path, train=False)[0].shape == (4, 28, 28)
    assert server["timeout"] == []


def test_the_reading_agrees_with_torchvision(server, tmp_path: Path):
    """Same pixels and labels as torchvision's own data set."""
    laid(tmp_path)
    theirs = datasets.MNIST(tmp_path, train=False)

    X, y = data.mnist(tmp_path, train=False)

    np.testing.assert_array_equal(np.round(X * 255), theirs.data.numpy())
    np.testing.assert_array_equal(y, theirs.targets.numpy())


def test_what_is_missing_is_fetched_once(server, tmp_path: Path):
    """The first call fetches the four files, the second none."""
    server["files"] = files()

    first = data.mnist(tmp_path / "new")[1]
    server["files"] = {}

    np.testing.assert_array_equal(first, data.mnist(tmp_path / "new")[1])
    assert server["asked"] == list(files())


@pytest.mark.parametrize("first", ["train", "t10k"])
@pytest.mark.parametrize("archives", [True, False])
@pytest.mark.parametrize(
    ("kind", "harm"),
    [
        ("images-idx3", lambda whole: whole[:-100]),  # half unpacked
        ("images-idx3", lambda whole: b""),
        ("images-idx3", lambda whole: whole + b"\0"),
        ("images-idx3", lambda whole: b"\0\0\x08\x01" + whole[4:]),  # the magic number of labels
        ("labels-idx1", lambda whole: whole[:-1]),
        ("labels-idx1", lambda whole: b"<html>" + whole[6:]),
    ],
)
def test_a_broken_file_is_never_read(server, tmp_path: Path, first, archives, kind, harm):
    """Half of a file, or something else in its place, is named, with what to do."""
    file = laid(tmp_path, archives=archives) / f"{first}-{kind}-ubyte"
    file.write_bytes(harm(file.read_bytes()))

    with pytest.raises(ValueError, match=rf"{file.name} is broken: delete it and try again"):
        data.mnist(tmp_path)
    assert server["timeout"] == []


def test_a_changed_pixel_is_noticed_beside_its_archive(server, tmp_path: Path):
    """Right header and length are not enough where the archive knows the checksum."""
    file = laid(tmp_path) / "train-images-idx3-ubyte"
    content = bytearray(file.read_bytes())
    content[500] ^= 1
    file.write_bytes(content)

    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte is broken"):
        data.mnist(tmp_path)


def test_after_the_advice_all_is_well_again(server, tmp_path: Path):
    """The broken file deleted, it is unpacked anew from its archive, without a network."""
    file = laid(tmp_path) / "train-images-idx3-ubyte"
    file.unlink()

    assert data.mnist(tmp_path)[0].shape == (6, 28, 28)
    assert server["asked"] == []


@pytest.mark.parametrize("unpacked", [True, False])
def test_half_a_download_is_not_trusted(server, tmp_path: Path, unpacked: bool):
    """An archive with a wrong checksum is refused, with unpacked files beside it or without."""
    folder = laid(tmp_path)
    archive = folder / "train-images-idx3-ubyte.gz"
    archive.write_bytes(archive.read_bytes()[:-20])
    if not unpacked:
        (folder / "train-images-idx3-ubyte").unlink()

    with pytest.raises(
        ValueError if unpacked else ConnectionError,
        match=r"ubyte\.gz is broken" if unpacked else "no whole copy of MNIST",
    ):
        data.mnist(tmp_path)


def test_half_a_download_is_fetched_again(server, tmp_path: Path):
    """With a network, the whole archive takes the place of half of it."""
    folder = laid(tmp_path)
    archive = folder / "train-images-idx3-ubyte.gz"
    archive.write_bytes(archive.read_bytes()[:-20])
    (folder / "train-images-idx3-ubyte").unlink()
    server["files"] = files()

    assert data.mnist(tmp_path)[0].shape == (6, 28, 28)
    assert server["asked"] == [archive.name]


@pytest.mark.parametrize("load", [data.mnist, data.fashion_mnist, data.cifar10])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (URLError("no route to host"), "no route to host"),
        (HTTPError("https://x", 503, "Service Unavailable", {}, None), "Service Unavailable"),
        (TimeoutError("timed out"), "timed out"),
        (ConnectionResetError("reset by peer"), "reset by peer"),
        (BadStatusLine("odd"), "odd"),
    ],
)
def test_without_a_network_one_sentence_offers_other_data(
    server, tmp_path: Path, load, error, reason
):
    """The message names the folder, the reason, and the data that need no network."""
    server["error"] = error

    with pytest.raises(ConnectionError) as caught:
        load(tmp_path)

    message = str(caught.value)
    assert "\n" not in message
    assert str(tmp_path) in message and reason in message
    assert "data.glyphs() and data.posed_digits() need no network" in message


def test_a_silent_server_is_not_waited_for(server, tmp_path: Path):
    """Each request has a time limit, and the limit of the process is what it was before."""
    with pytest.raises(ConnectionError):
        data.mnist(tmp_path)

    assert server["timeout"] and set(server["timeout"]) == {images.SILENCE}
    assert len(server["timeout"]) <= 4
    assert socket.getdefaulttimeout() is None


def test_a_page_in_place_of_the_archive_is_refused(server, tmp_path: Path):
    """What a hotel's login page sends is not taken for MNIST."""
    server["files"] = dict.fromkeys(files(), b"<html>please log in</html>")

    with pytest.raises(ValueError, match="what came for MNIST"):
        data.mnist(tmp_path)
    with pytest.raises((ValueError, ConnectionError)):
        data.mnist(tmp_path)  # nor the second time, from what was left in the folder


def test_a_full_disk_is_no_matter_of_the_network(server, tmp_path: Path):
    """An error of the folder stays what it is."""
    (tmp_path / "MNIST").write_text("a file where the folder should be")

    with pytest.raises(OSError, match="MNIST") as caught:
        data.mnist(tmp_path)
    assert not isinstance(caught.value, ConnectionError)


def test_an_old_cache_of_torchvision_is_not_taken_instead(server, tmp_path: Path):
    """The .pt files of old versions, which torchvision would load unchecked, are left alone."""
    laid(tmp_path)
    (tmp_path / "MNIST" / "processed").mkdir()
    for name in ("training.pt", "test.pt"):
        (tmp_path / "MNIST" / "processed" / name).write_bytes(b"rubbish")

    assert data.mnist(tmp_path)[0].shape == (6, 28, 28)


def laid_cifar(root: Path) -> Path:
    """Lay CIFAR-10's files into the folder; return where they lie."""
    folder = root / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for name, content in batches().items():
        (folder / name).write_bytes(content)
    return folder


def test_cifar_is_read_with_colours_last(server, tmp_path: Path):
    """Red, green and blue planes of a row become the last axis, in [0, 1]."""
    laid_cifar(tmp_path)

    X, y = data.cifar10(tmp_path)

    assert (X.shape, X.dtype, y.dtype) == ((10, 32, 32, 3), np.float32, np.int64)
    np.testing.assert_allclose(X[0, 0, 1] * 255, [1, (1024 + 1) % 256, (2048 + 1) % 256])
    np.testing.assert_array_equal(y, [0, 9, 1, 8, 2, 7, 3, 6, 4, 5])
    assert data.cifar10(tmp_path, train=False)[0].shape == (2, 32, 32, 3)
    assert server["timeout"] == []


@pytest.mark.parametrize("name", ["data_batch_3", "test_batch"])
def test_half_a_batch_of_cifar_is_never_read(server, tmp_path: Path, name: str):
    """Without a network the message says that there is no whole copy; with one, it is mended."""
    file = laid_cifar(tmp_path) / name
    file.write_bytes(file.read_bytes()[:-10])

    with pytest.raises(ConnectionError, match="no whole copy of CIFAR10"):
        data.cifar10(tmp_path)

    server["files"] = {"cifar-10-python.tar.gz": packed_batches()}
    assert len(data.cifar10(tmp_path)[1]) == 10


def test_a_broken_list_of_cifars_classes_is_refused(server, tmp_path: Path):
    """The one file that torchvision's download overlooks."""
    (laid_cifar(tmp_path) / "batches.meta").write_bytes(b"half")

    with pytest.raises(ValueError, match="delete the folder"):
        data.cifar10(tmp_path)
