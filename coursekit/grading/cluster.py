"""Grading on several hosts: a Dask cluster that the teacher has started.

    dask scheduler
    dask worker ADDRESS --nworkers 4 --nthreads 1     # on each host
    coursekit grade hw2 submissions/ --dask ADDRESS

Each worker loads the task by itself, so the teacher's folder has the same path on every host. What
a worker that dies was doing is done by another one; a submission that ends worker after worker is
not graded, and says so.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursekit.grading import doctor
from coursekit.grading.cage import Layer
from coursekit.grading.intake import Submission

if TYPE_CHECKING:
    from coursekit.grading.grade import Json
    from coursekit.grading.session import Plan

SECONDS = 5  # to answer an address


def graded(
    plan: "Plan", todo: Sequence[tuple[Submission, list[str] | None]]
) -> Iterator[tuple[Submission, "Json"]]:
    """Grade on the cluster at `plan.dask`; yield results as they come, each submission once.

    Raises:
        RuntimeError: if Dask is not installed, nothing answers, or a worker has several threads.
    """
    from coursekit.grading.session import not_graded

    with connected(str(plan.dask)) as client:
        threads: dict[str, int] = client.nthreads()
        if not threads:
            raise RuntimeError(f"the cluster at {plan.dask} has no workers: start `dask worker`")
        if max(threads.values()) > 1:
            raise RuntimeError("a worker has several threads: start it with --nthreads 1")
        futures = {
            client.submit(_grade_there, plan, s.data, only, pure=False): s for s, only in todo
        }
        for future in _as_completed(futures):
            submission = futures.pop(future)
            if future.status == "finished":
                yield submission, future.result()
            else:
                fault = f"the cluster gave up: {future.exception()}"
                yield submission, not_graded(plan, submission.data, fault)
            future.release()


def connected(address: str) -> Any:
    """Return a client of the scheduler at an address.

    Raises:
        RuntimeError: if Dask is not installed, or nothing answers there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        text = 'grading on a cluster needs Dask: pip install "coursekit[cluster]"'
        raise RuntimeError(text) from error
    try:
        return Client(address, timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise RuntimeError(f"no Dask scheduler answers at {address}: {error}") from error


def _as_completed(futures: dict[Any, Submission]) -> Iterator[Any]:
    from distributed import as_completed

    completed: Callable[..., Iterator[Any]] = as_completed
    return completed(list(futures))


def _grade_there(plan: "Plan", data: bytes, only: list[str] | None) -> "Json":
    """Grade on a worker, if the layer that the plan asks for holds there, too."""
    from coursekit.grading.session import grade_one, not_graded

    if not _holds(plan.layer):
        fault = f"{plan.layer} does not hold on this worker: `coursekit doctor` there says why"
        return not_graded(plan, data, fault)
    return grade_one(_task(plan.source, plan.folder), plan, data, only)


@functools.cache
def _holds(layer: Layer) -> bool:
    """Say whether a layer holds on this host; asked once a worker."""
    return doctor.holds(layer)


@functools.cache
def _task(source: str, folder: Path) -> Any:
    """Return the task; loaded once a worker."""
    from coursekit.grading.task import load

    return load(source, folder)
