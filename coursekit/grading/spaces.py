"""A fresh space for every notebook: no process but its own, and folders that are empty.

Runs inside a sandbox, before any code of a student does. The spaces are the kernel's namespaces; to
make them a process needs rights that are given up as soon as they stand.
"""

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import struct
from collections.abc import Sequence
from typing import Any

import calls

Json = dict[str, Any]
LIBC = ctypes.CDLL(None, use_errno=True)
MOUNTS, IPC, PIDS = 0x00020000, 0x08000000, 0x20000000  # CLONE_NEW...
PRIVATE, HARMLESS = 0x44000, 0x2 | 0x4  # MS_REC | MS_PRIVATE; no set-uid programs, no devices
SET_MOUNTS, RECURSIVE, READ_ONLY = 442, 0x8000, struct.pack("4Q", 1, 0, 0, 0)  # mount_setattr
DEATH_SIGNAL, OPEN, ADOPT, NO_NEW_RIGHTS = 1, 4, 36, 38  # PR_SET_PDEATHSIG, ...DUMPABLE, ...
CHANGE_USER = 1 << 6 | 1 << 7  # CAP_SETGID, CAP_SETUID


def fork(folders: Sequence[str], size: int) -> int:
    """Fork a child that sees no process but its own, and finds these folders empty.

    Args:
        folders: places where every user may write; the first becomes the working directory.
        size: how many bytes each of them holds.

    Returns:
        0 in the child, its process number in the parent.

    Raises:
        OSError: if the kernel does not allow it. In the child that is its end, with status 1.
    """
    LIBC.prctl(ADOPT, 1)
    source, sink = os.pipe()
    between = os.fork()  # who has made a space for children has it for all of them: so, who leaves
    if between == 0:
        try:
            _done(LIBC.unshare(PIDS))
            if child := os.fork():
                os.write(sink, str(child).encode())
                os._exit(0)
            os.close(source)
            os.close(sink)
            _furnish(folders, size)
        except BaseException:
            os._exit(1)
        return 0
    os.close(sink)
    os.waitpid(between, 0)
    number = os.read(source, 20)
    os.close(source)
    if not number:
        raise OSError("no space of its own for a process")
    return int(number)


def work(folders: Sequence[str]) -> bool:
    """Say whether such a child can be made here."""
    try:
        child = fork(folders, 2**16)
    except OSError:
        return False
    if child == 0:
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def end(child: int) -> int:
    """End a child with all that lives in its space; return 0, the number of no child."""
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return 0


def leave(child: int, folder: str) -> None:
    """End this process, its child and its folder: the grader was ended, and could not do so."""
    end(child)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _furnish(folders: Sequence[str], size: int) -> None:
    """Give this process its own files, and give up the right to do so."""
    _done(LIBC.unshare(MOUNTS | IPC))
    _done(LIBC.mount(b"none", b"/", None, PRIVATE, None))
    _done(LIBC.syscall(SET_MOUNTS, -1, b"/", RECURSIVE, READ_ONLY, len(READ_ONLY)))
    _done(LIBC.mount(b"proc", b"/proc", b"proc", HARMLESS | 0x8, None))
    for folder in folders:
        _mount_empty(folder, size)
    os.chdir(folders[0])
    _keep(CHANGE_USER if os.geteuid() == 0 and _is_real_root() else 0)


def _mount_empty(folder: str, size: int) -> None:
    """Put an empty folder in memory over another one."""
    facts = f"size={size},nr_inodes={size // 2**12 + 16},mode=1777".encode()  # no room, but memory
    _done(LIBC.mount(b"tmpfs", folder.encode(), b"tmpfs", HARMLESS, facts))


def _keep(rights: int) -> None:
    """Give up all rights but these."""
    head = struct.pack("Ii", 0x20080522, 0)
    _done(LIBC.capset(head, struct.pack("6I", rights, rights, 0, 0, 0, 0)))


def _is_real_root() -> bool:
    """Say whether this user may become another one, which needs more than one number of users."""
    with open("/proc/self/uid_map") as file:  # noqa: PTH123
        return int(file.read().split()[2]) > 1


def _done(result: int) -> None:
    """Raise the error of a call that has failed."""
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def close_off() -> None:
    """Refuse what no notebook needs, here and below; and let nobody below look into this process.

    Below, the user may be the same, and could write into its memory.
    """
    LIBC.prctl(OPEN, 0, 0, 0, 0)
    LIBC.prctl(NO_NEW_RIGHTS, 1, 0, 0, 0)
    calls.refuse()


def enter(limits: Json) -> None:
    """Give up every right, and set the limits, before any code of a student runs."""
    os.setsid()
    LIBC.prctl(OPEN, 1, 0, 0, 0)  # or what the kernel tells of this process would not be its own
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")
    if limits["uid"]:
        os.setgroups([])
        os.setresgid(limits["uid"], limits["uid"], limits["uid"])
        os.setresuid(limits["uid"], limits["uid"], limits["uid"])
    _keep(0)
    LIBC.prctl(DEATH_SIGNAL, signal.SIGKILL)  # which a change of user has cleared
    with open("/proc/self/statm") as file:  # noqa: PTH123
        now = int(file.read().split()[0]) * resource.getpagesize()
    for name, most in {
        "AS": now + limits["memory"], "CORE": 0, "CPU": limits["cpu"], "FSIZE": limits["file"],
        "NOFILE": 64, "NPROC": limits["processes"],
    }.items():  # fmt: skip
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
