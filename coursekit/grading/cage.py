"""The commands that start a worker where it can do no harm, in one of three layers.

From strict to weak:

- bubblewrap: own processes, no network, a system that can be read only, a private home;
- unshare: own processes, no network, a private home; what the user may read can be read;
- none: limits on time, memory, processes and file size only; used only when asked for.

As root the worker drops to a user without rights first: limits on processes do not bind root.
"""

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Literal

from coursekit.grading.library import HERE, Library

Layer = Literal["bubblewrap", "unshare", "none"]
PROGRAM = ("worker.py", "calls.py", "cells.py", "pipe.py", "spaces.py")
FOLDERS = ("/home/student", "/tmp", "/dev/shm")  # where a worker in bubblewrap may write


def available(weak: bool = False) -> list[Layer]:
    """Return the layers that may be tried here, the strictest first."""
    layers: list[Layer] = []
    if shutil.which("bwrap"):
        layers.append("bubblewrap")
    if shutil.which("unshare"):
        layers.append("unshare")
    return [*layers, "none"] if weak else layers


def command(
    layer: Layer, library: Library, size: int, folder: Path | None
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts the worker, and its environment."""
    root = "" if folder is None else str(folder)
    home = f"{root}/home" if root else "/home/student"
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = threads | {
        "HOME": home, "TMPDIR": home, "USER": "student", "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin", "PYTHONPATH": f"{root}/library", "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    python = [str(Path(sys.executable).resolve()), "-S", f"{root}/grader/worker.py"]
    if layer == "bubblewrap":
        return [*_bubblewrap(library, size), *python], environment
    if layer == "unshare":
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        spaces = ["--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child"]
        return ["unshare", *user, *spaces, "--mount-proc", *python], environment
    return python, environment


def _bubblewrap(library: Library, size: int) -> list[str]:
    """Return the arguments that shut the sandbox off, and build its file system."""
    spaces = ["pid", "net", "ipc", "uts", "cgroup-try"]
    command = ["bwrap", "--die-with-parent", "--new-session", *[f"--unshare-{s}" for s in spaces]]
    rights = ["SYS_ADMIN"]  # to make a fresh space for each notebook; the worker gives all up
    if os.geteuid() == 0:  # the worker drops to a user of its own
        rights += ["SETUID", "SETGID"]
        command += ["--cap-drop", "ALL"]
    else:
        command += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    command += [word for right in rights for word in ("--cap-add", f"CAP_{right}")]
    command += _system()
    for name in ("", "/coursekit", "/coursekit/exercises"):
        command += _folder(f"/library{name}")
    for name, source in library:
        command += ["--ro-bind", source, f"/library/{name}"]
    for name in PROGRAM:
        command += ["--ro-bind", str(HERE / name), f"/grader/{name}"]
    command += [*_folder("/grader"), "--proc", "/proc", "--dev", "/dev", *_folder("/home")]
    sized = ["--size", str(size)] if "--size" in _help_of_bubblewrap() else []
    for path in FOLDERS:
        command += [*sized, "--perms", "1777", "--tmpfs", path]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/home/student", "--"]


def _system() -> list[str]:
    """Return the arguments that show Python and the system's libraries, and no other package."""
    prefix = Path(sys.base_prefix).resolve()
    command = ["--ro-bind", "/usr", "/usr"]
    for path in (Path("/", n) for n in ("bin", "sbin", "lib", "lib32", "lib64", "libx32")):
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            command += ["--ro-bind", str(path), str(path)]
    if prefix != Path("/usr"):
        for parent in reversed(prefix.parents[:-1]):
            command += _folder(str(parent))
        command += ["--ro-bind", str(prefix), str(prefix)]
    for name in ("ld.so.cache", "alternatives"):
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for packages in _package_folders(prefix):
        command += ["--tmpfs", str(packages), "--remount-ro", str(packages)]
    return command


def _folder(path: str) -> list[str]:
    """Return the arguments that make a folder which everybody may enter."""
    return ["--perms", "0755", "--dir", path]


def _package_folders(prefix: Path) -> list[Path]:
    """Return the folders of installed packages below Python's own folder, and the system's."""
    found = {
        *prefix.glob("lib*/python3*/*-packages"),
        *Path("/usr").glob("lib/python3*/*-packages"),
    }
    found |= {*Path("/usr/local").glob("lib/python3*/*-packages")}
    found |= {Path(path) for path in (sysconfig.get_paths()["purelib"],) if path.startswith("/usr")}
    return sorted(path for path in found if path.is_dir())


@functools.cache
def _help_of_bubblewrap() -> str:
    """Return what `bwrap --help` says."""
    return subprocess.run(["bwrap", "--help"], capture_output=True, text=True).stdout


def private_folder(folder: Path, library: Library, uid: int) -> Path:
    """Make a folder with a library of links, the worker and a home, for the weaker layers."""
    for name in ("home", "library/coursekit/exercises", "grader"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, source in library:
        (folder / "library" / name).symlink_to(source)
    for name in PROGRAM:
        shutil.copy(HERE / name, folder / "grader" / name)
    folder.chmod(0o755)
    if uid:
        os.chown(folder / "home", uid, uid)
    return folder
