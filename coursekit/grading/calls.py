"""System calls that no answer needs: they hold memory outside of every limit, or open new doors.

Memory that belongs to no process (shared segments, files without a name, file systems in a space
of one's own) escapes the limits on memory. The kernel refuses these calls, for good.
"""

import ctypes
import errno
import os
import struct

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
REFUSED = {  # numbers on x86_64 and on aarch64
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "unshare": (272, 97),
    "setns": (308, 268), "mount": (165, 40), "ptrace": (101, 117), "bpf": (321, 280),
    "process_vm_writev": (311, 271), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219),
}  # fmt: skip
CLONE, CLONE3, NEW_USER = (56, 220), 435, 0x10000000
SOCKET, LOCAL = (41, 198), 1  # between the processes of one machine: AF_UNIX
SET_OPTION, SEND_BUFFER = (54, 208), 7  # of a socket: how much memory waits in it
LOAD, EQUAL, AT_LEAST, HAS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000


def refuse() -> bool:
    """Refuse these calls from now on, here and in every child; return whether the kernel does."""
    if (machine := os.uname().machine) not in ARCHITECTURES:
        return False
    code, column = ARCHITECTURES[machine]
    no = (RETURN, 0, 0, ERROR | errno.EPERM)
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, code), no]  # calls of another architecture
    steps += [(LOAD, 0, 0, 0), (AT_LEAST, 0, 1, 0x40000000), no]
    for numbers in REFUSED.values():
        steps += [(EQUAL, 0, 1, numbers[column]), no]
    # the flags of clone3 cannot be seen: "not implemented" makes the C library use clone
    steps += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ERROR | errno.ENOSYS)]
    # a socket may reach what is no network: the host of a virtual machine has a kind of its own
    steps += [(EQUAL, 0, 3, SOCKET[column]), (LOAD, 0, 0, 16), (EQUAL, 1, 0, LOCAL), no]
    steps += [(EQUAL, 0, 3, SET_OPTION[column]), (LOAD, 0, 0, 32), (EQUAL, 0, 1, SEND_BUFFER), no]
    steps += [(EQUAL, 0, 3, CLONE[column]), (LOAD, 0, 0, 16), (HAS, 0, 1, NEW_USER), no]
    steps += [(RETURN, 0, 0, ALLOW)]
    packed = b"".join(struct.pack("HBBI", *step) for step in steps)
    text = ctypes.create_string_buffer(packed, len(packed))
    program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(text))
    set_seccomp, filter_mode = 22, 2
    done: int = ctypes.CDLL(None).prctl(set_seccomp, filter_mode, program, 0, 0)
    return done == 0
