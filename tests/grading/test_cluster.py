"""A class is graded on a Dask cluster, also when a worker of it dies."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from coursekit.grading import cluster, example, session
from coursekit.grading.intake import Submission
from coursekit.grading.session import Plan, path_of, run, stored

from .notebooks import KEY, LIMITS, RIGHT, STEP, needs_bubblewrap, notebook, right_but

pytestmark = needs_bubblewrap
WRONG = right_but(step=STEP.replace("y - float(", "-y + float("))
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def plan() -> Plan:
    """Return a plan for the example."""
    return Plan(str(example.__file__), Path(), KEY, "bubblewrap", LIMITS)


@pytest.fixture
def start() -> Iterator:
    """A function that starts one of Dask's commands on this machine; all are ended at the end."""
    started: list[subprocess.Popen] = []

    def command(*arguments: str) -> subprocess.Popen:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
                env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )  # fmt: skip
        return started[-1]

    yield command
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(count: int, address: str) -> None:
    """Wait until so many workers are there."""
    for _ in range(100):
        with contextlib.suppress(RuntimeError), cluster.connected(address) as client:
            client.wait_for_workers(count, timeout=30)
            return
        time.sleep(0.2)
    pytest.fail("the cluster does not start")


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_grades_everyone_once(plan, start, tmp_path, monkeypatch):
    """Two workers, one of them killed in the middle: every result is there, right, and once."""
    address = f"tcp://127.0.0.1:{free_port()}"
    start("dask_scheduler", "--host", address, "--no-dashboard", "--no-jupyter")
    worker = ("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    one, _ = start(*worker), start(*worker)
    wait_for(2, address)
    work = [Submission(f"s{n}", WRONG if n % 3 == 0 else notebook(*RIGHT)) for n in range(24)]
    kept: list[str] = []
    keep = session._keep

    def kill_after_five(output, submission, *rest):
        kept.append(submission.label)
        if len(kept) == 5:
            os.killpg(one.pid, signal.SIGKILL)
        return keep(output, submission, *rest)

    monkeypatch.setattr(session, "_keep", kill_after_five)
    run(replace(plan, dask=address), work, tmp_path)

    assert sorted(kept) == sorted(s.label for s in work)
    for submission in work:
        wanted = 7 if submission.data == WRONG else 9
        assert stored(path_of(tmp_path, submission))["earned"] == wanted


def test_an_address_where_nobody_answers_is_named(plan, tmp_path):
    """Nothing is graded, and the message says which address was tried."""
    address = f"tcp://127.0.0.1:{free_port()}"

    with pytest.raises(RuntimeError, match=f"no Dask scheduler answers at {address}"):
        run(replace(plan, dask=address), [Submission("a", WRONG)], tmp_path)


def test_without_dask_the_message_names_the_extra(plan, tmp_path, monkeypatch):
    """The package that is missing is named as pip wants it."""
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(RuntimeError, match=r"pip install \"coursekit\[cluster\]\""):
        run(replace(plan, dask="tcp://127.0.0.1:1"), [Submission("a", WRONG)], tmp_path)
