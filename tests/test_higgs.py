"""HIGGS is read from files laid out as scikit-learn lays them, and never from half of them."""

import gzip
import hashlib
import io
import json
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest

from coursekit import data

RAW = [f"raw{k}" for k in range(21)]
COMPUTED = ["m_jj", "m_jjj", "m_lv", "m_jlv", "m_bb", "m_wbb", "m_wwbb"]
TABLE = "https://www.openml.org/data/v1/download/1/higgs.arff"


def answers(names: list[str], rows: int = 60, digest: str = "") -> dict[str, bytes]:
    """Return what OpenML would answer to each address, for a few rows; label first, as there."""
    lines = ["@relation higgs", "@attribute class {0,1}"]
    lines += [f"@attribute {name} numeric" for name in names] + ["@data"]
    for k in range(rows):
        values = [str(k % 2)] + [f"{k + column / 100:.2f}" for column in range(len(names))]
        lines.append(",".join([*values[:-1], "?"] if k == 3 else values))
    table = "\n".join(lines).encode()
    of = "https://www.openml.org/api/v1/json/data/"
    feature = {"data_type": "numeric", "is_target": "false"}
    listed = [
        {"data_type": "nominal", "nominal_value": ["0", "1"], "is_target": "true", "name": "class"}
    ]
    listed += [feature | {"name": name} for name in names]
    flags = {
        "is_ignore": "false",
        "is_row_identifier": "false",
        "number_of_missing_values": "0",  # OpenML's count; the rows say which
    }
    features = [entry | flags | {"index": str(k)} for k, entry in enumerate(listed)]
    about = {"id": "23512", "name": "higgs", "version": "2", "format": "ARFF", "status": "active"}
    about |= {"url": TABLE, "file_id": "1", "description": "", "default_target_attribute": "class"}
    about |= {"md5_checksum": digest or hashlib.md5(table).hexdigest()}
    qualities = [{"name": "NumberOfInstances", "value": str(float(rows))}]
    texts = {
        of + "23512": {"data_set_description": about},
        of + "features/23512": {"data_features": {"feature": features}},
        of + "qualities/23512": {"data_qualities": {"quality": qualities}},
    }
    return {url: json.dumps(text).encode() for url, text in texts.items()} | {TABLE: table}


class _Answer(io.BytesIO):
    def info(self):
        return {}


@pytest.fixture
def openml(monkeypatch):
    """Stand in for OpenML; without answers there is no network. Lists the addresses asked for."""
    state = {"answers": {}, "asked": []}

    def urlopen(request, *args, **kwargs):
        state["asked"].append(request.full_url)
        if request.full_url not in state["answers"]:
            raise URLError("no route to host")
        return _Answer(state["answers"][request.full_url])

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", urlopen)
    monkeypatch.setattr("sklearn.datasets._openml.time.sleep", lambda seconds: None)
    return state


def laid_down(openml, root: Path, **changes) -> Path:
    """Let a first call lay its files into the folder, then cut the network; return the table."""
    openml["answers"] = answers(RAW + COMPUTED, **changes)
    data.higgs(root)
    openml.update(answers={}, asked=[])
    return next(path for path in root.rglob("*.gz") if "arff" in path.name)


def test_files_already_there_are_used(openml, tmp_path: Path):
    """The second call asks nobody, and returns the events of the first."""
    laid_down(openml, tmp_path)
    events = data.higgs(tmp_path)

    assert openml["asked"] == []
    assert (events.low.shape, events.high.shape) == ((60, 21), (60, 7))
    np.testing.assert_array_equal(events.y, np.arange(60) % 2)
    np.testing.assert_allclose(events.low[5, :3], [5.00, 5.01, 5.02])
    np.testing.assert_allclose(events.high[5, -1], 5.27)


def test_a_missing_value_arrives_as_nan(openml, tmp_path: Path):
    """OpenML's question mark is NaN, and no other value is."""
    laid_down(openml, tmp_path)
    events = data.higgs(tmp_path)

    assert np.argwhere(np.isnan(events.high)).tolist() == [[3, 6]]
    assert not np.isnan(events.low).any()


@pytest.mark.parametrize("what", ["half", "another", "empty"])
def test_a_broken_file_is_never_read(openml, tmp_path: Path, what: str):
    """Half a download, another table or nothing: with no network the loader says what to do."""
    table = laid_down(openml, tmp_path)
    whole = gzip.decompress(table.read_bytes())
    shorter = b"\n".join(whole.split(b"\n")[:-10])  # still a table, of fewer events
    broken = {"half": table.read_bytes()[:-40], "another": gzip.compress(shorter), "empty": b""}
    table.write_bytes(broken[what])

    with pytest.raises(ConnectionError, match=r"no whole copy.*data\.collider\(\)"):
        data.higgs(tmp_path)


def test_a_broken_file_is_fetched_again(openml, tmp_path: Path):
    """With a network, the whole file takes the place of half of it."""
    table = laid_down(openml, tmp_path)
    table.write_bytes(table.read_bytes()[:-40])
    openml["answers"] = answers(RAW + COMPUTED)

    assert len(data.higgs(tmp_path).y) == 60
    assert openml["asked"] == [TABLE]


def test_without_a_network_one_sentence_offers_the_toy(openml, tmp_path: Path):
    """The message names the folder, the reason and the events that need no network."""
    with pytest.raises(ConnectionError) as caught:
        data.higgs(tmp_path)

    message = str(caught.value)
    assert str(tmp_path) in message
    assert "no route to host" in message
    assert "data.collider() makes toy events without a network" in message


def test_a_download_that_fails_its_checksum_is_refused(openml, tmp_path: Path):
    """What arrives twice with another checksum than OpenML's is not trained on."""
    openml["answers"] = answers(RAW + COMPUTED, digest="0" * 32)

    with pytest.raises(ValueError, match="broken: delete the folder and try again"):
        data.higgs(tmp_path)


def test_another_table_is_not_taken_for_higgs(openml, tmp_path: Path):
    """A column too few, as in the notebook of the lecture, is noticed."""
    openml["answers"] = answers(RAW + COMPUTED[:-1])

    with pytest.raises(ValueError, match=r"21 raw and 7 computed features .* got 21, 6"):
        data.higgs(tmp_path)
