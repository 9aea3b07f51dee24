"""Submissions that people send, by accident or not, each with what it should lose.

`CASES` maps a group to its submissions: bytes, and the exercises whose points are lost (a name, or
a name with the points that it loses; the rest keeps its points).
"""
# ruff: noqa: E501  (one submission, one line, as far as it goes)

import io
import json
import zipfile

from .notebooks import CENTRE, IMPORTS, RIGHT, SHARE, SOFTMAX, STEP, UNIT, notebook, right_but

WRONG = "def step(w, b, x, y):\n    return w, b + 100\n"
LOOP = "while True:\n    pass"
STUB = "def {}(*args):\n    raise NotImplementedError('your code here')"


def zipped(kind: int = zipfile.ZIP_STORED, **files: bytes) -> bytes:
    """Return an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_ipynb", ".ipynb").replace("_json", ".json"), data)
    return buffer.getvalue()


def locked() -> bytes:
    """Return an archive that says that it needs a password."""
    data = bytearray(zipped(a_ipynb=notebook()))
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def stubs() -> bytes:
    """Return a notebook that nobody touched."""
    answers = {name: STUB.format(name) for name in ("step", "softmax", "centre", "Unit")}
    return right_but(share="share = ...", **answers)


def format_3() -> bytes:
    """Return a right notebook in the format of 2013."""
    cells = [{"cell_type": "code", "input": s.splitlines(True), "outputs": []} for s in RIGHT]
    return json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}).encode()


def returning(expression: str) -> bytes:
    """Return a notebook whose `step` returns something odd."""
    return right_but(step=f"def step(w, b, x, y):\n    return {expression}")


def centring(expression: str, before: str = "") -> bytes:
    """Return a notebook whose `centre` returns something odd."""
    return right_but(centre=f"{before}\ndef centre(x):\n    return {expression}")


def doing(code: str) -> bytes:
    """Return a notebook whose `step` does something before it answers."""
    body = "\n".join("    " + line for line in code.split("\n"))
    return right_but(step=f"import os, sys\ndef step(w, b, x, y):\n{body}\n    return 0, 0")


HONEST = {
    "untouched": (stubs(), ["step", "softmax", "centre", "share", "Unit"]),
    "a value with blanks": (right_but(share="share = {'a': ...}"), ["share"]),
    "right": (notebook(*RIGHT), []),
    "right in another style": (
        right_but(
            centre="centre = lambda x: np.asarray([v - sum(x) / len(x) for v in x])",
            step="def step(w, b, x, y):\n    hit = int(np.dot(w, x) > -b)\n"
            "    return [list(w + (y - hit) * x), b + y - hit]",
        ),
        [],
    ),
    "sign error": (right_but(step=STEP.replace("y - float(", "-y + float(")), ["step"]),
    "numerically unstable": (right_but(softmax=SOFTMAX.replace("- z.max()", "")), [("softmax", 1)]),
    "hard-coded public cases": (
        right_but(step="def step(w, b, x, y):\n    return ([1, 2], 1) if y else ([0, -1], -1)"),
        ["step"],
    ),
    "error in an earlier cell": (right_but("1 / 0"), []),
    "syntax error in one cell": (right_but(softmax="def softmax(z:\n    return z"), ["softmax"]),
    "dependence on global state": (
        right_but(
            "calls = 0",
            centre="def centre(x):\n    global calls\n    calls += 1\n    return x - x.mean()",
        ),
        [],
    ),
    "text on stderr": (right_but("import sys; print('oops', file=sys.stderr)"), []),
    "input()": (right_but("name = input()"), []),
    "input() in an answer": (doing("input()"), ["step"]),
    "magics": (
        right_but("%matplotlib inline\n!pip install x\nx = !ls\nnp?\n%time y = 1", "%%html\n<b>"),
        [],
    ),
    "magic in an answer cell": (
        right_but(centre="%load_ext x\ndef centre(x):\n    return x - x.mean()"),
        [],
    ),
    "top-level await": (right_but("import asyncio\nawait asyncio.sleep(0)"), []),
    "del np": (notebook(*RIGHT, "del np"), []),
    "a progress bar in an answer": (
        right_but(
            "from tqdm.auto import tqdm\nfrom IPython.display import clear_output",
            centre="def centre(x):\n    for _ in tqdm(range(3)):\n        clear_output(wait=True)\n"
            "    return x - x.mean()",
        ),
        [],
    ),
    "plots": (right_but("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"), []),
}

NOTEBOOKS = {
    "deleted check cell, deleted answer cell": (
        notebook(IMPORTS, SOFTMAX, CENTRE, SHARE, UNIT), ["step"]),
    "stripped metadata and ids": (notebook(*RIGHT, ids=False, metadata=None), []),
    "found by id": (
        notebook(*RIGHT[:1], *RIGHT[2:], {"cell_type": "code", "id": "example-step",
                 "metadata": {}, "source": STEP.split("\n", 1)[1]}), []),
    "found by name": (notebook(*(cell.split("\n", 1)[-1] if "#" in cell else cell for cell in RIGHT)), []),
    "a cell split in two": (
        notebook(IMPORTS, "# exercise: example.step\nsign = 1", STEP.split("\n", 1)[1], *RIGHT[2:]), []),
    "answers in one cell": (notebook("\n".join(RIGHT)), []),
    "a new cell below the stub": (notebook(IMPORTS, "# exercise: example.step\n" + STUB.format("step"),
                                           *RIGHT[2:], STEP.split("\n", 1)[1]), []),
    "cells in reverse order": (notebook(*RIGHT[::-1]), []),
    "a pasted duplicate, the last is right": (notebook(IMPORTS, "# exercise: example.step\n" + WRONG, *RIGHT), []),
    "a pasted duplicate, the last is wrong": (notebook(*RIGHT, "# exercise: example.step\n" + WRONG), ["step"]),
    "a value overwritten later": (notebook(*RIGHT, "for share in range(3):\n    pass"), []),
    "a function overwritten later": (notebook(*RIGHT, "centre = 3"), []),
    "wrong kernelspec": (notebook(*RIGHT, metadata={"kernelspec": {"name": "julia", "language": 5}}), []),
    "source as list, None or number": (
        notebook(*({"cell_type": "code", "source": s} for s in (None, 7, [1, None])),
                 *({"cell_type": "code", "metadata": 5, "source": c.splitlines(True)} for c in RIGHT)), []),
    "cells that are none": (notebook(*({"cell_type": 5}, {}), *RIGHT), []),
    "nbformat 3": (format_3(), []),
    "look-alike letters in a name": (
        right_but(step=STEP.replace("def step", "def \N{CYRILLIC SMALL LETTER DZE}tep")), ["step"]),
    "zipped on a Mac": (zipped(**{"hw_ipynb": notebook(*RIGHT), "__MACOSX/._hw_ipynb": b"x"}), []),
    "a receipt nested deeply": (
        zipped(hw_ipynb=notebook(*RIGHT), receipt_json=b'{"a":' + b"[" * 500 + b"]" * 500 + b"}"), []),
    "an endless student id": (notebook("student = 0x" + "f" * 5000, *RIGHT), []),
    "what submit() writes": (zipped(hw_ipynb=notebook(*RIGHT), receipt_json=b"{}"), []),
    "windows line ends and a byte order mark": (
        b"\xef\xbb\xbf" + notebook(*(cell.replace("\n", "\r\n") for cell in RIGHT)), []),
    "lone surrogates": (notebook(*RIGHT, "x = '\\ud800'", "\ud800 = 1"), []),
}  # fmt: skip

EVERYTHING = ["step", "softmax", "centre", "share", "Unit"]
UNREADABLE = {
    "a file that is no JSON": (b"hello", EVERYTHING),
    "an empty file": (b"", EVERYTHING),
    "JSON that is no notebook": (b"[1, 2]", EVERYTHING),
    "JSON nested without end": (b"[" * 10**6, EVERYTHING),
    "a 100 MB notebook": (b" " * 100 * 2**20, EVERYTHING),
    "an archive of two notebooks": (zipped(a_ipynb=notebook(), b_ipynb=notebook()), EVERYTHING),
    "an archive with a password": (locked(), EVERYTHING),
    "an archive of an unusual kind": (zipped(zipfile.ZIP_LZMA, a_ipynb=notebook()), EVERYTHING),
    "too much code": (notebook("x = 1\n" * 10**5), EVERYTHING),
    "an archive that is none": (b"PK\x03\x04 and so on", EVERYTHING),
}

ENDINGS = {
    "sys.exit": (right_but("import sys; sys.exit(0)"), []),
    "sys.exit in an answer": (doing("sys.exit()"), ["step"]),
    "os._exit": (right_but("import os; os._exit(0)"), []),
    "os._exit in an answer": (doing("os._exit(0)"), ["step"]),
    "os._exit in an answer cell": (right_but(step="import os; os._exit(0)"), ["step"]),
    "segfault": (right_but("import ctypes; ctypes.string_at(0)"), []),
    "segfault in an answer": (doing("import ctypes; ctypes.string_at(0)"), ["step"]),
    "killing the parent": (right_but("import os, signal\nos.kill(os.getppid(), 9)"), []),
    "killing everything": (right_but("import os\nos.kill(-1, 9)"), []),
    "killing everything in an answer": (doing("os.kill(-1, 9)"), ["step"]),
    "stopping the parent": (right_but("import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)"), []),
    "dying cells in a row": (right_but(*["import os; os._exit(1)"] * 20), []),
    "cells that kill in a row": (right_but(*["import os; os.kill(-1, 9); os._exit(1)"] * 5), []),
    "a thread that kills later": (
        right_but("import os, threading\nthreading.Timer(0.05, lambda: os._exit(1)).start()",
                  "import time; time.sleep(0.3)"), []),
    "recursion without end": (right_but("f = lambda: f()\nf()"), []),
    "recursion without end in an answer": (doing("return step(w, b, x, y)"), ["step"]),
    "endless loop at the top of a cell": (right_but(LOOP), []),
    "endless loop in a function": (doing(LOOP), ["step"]),
    "swallowed time-outs": (
        right_but("while True:\n    try:\n        while True: pass\n    except BaseException: pass"), []),
    "swallowed time-outs in an answer": (
        doing("while True:\n    try:\n        while True: pass\n    except BaseException: pass"), ["step"]),
    "a cell that no signal stops": (right_but("import signal\nsignal.pthread_sigmask(0, [14])\nwhile True: pass"), []),
    "slow cells that add up": (right_but(*["import time; time.sleep(0.45); y = 1"] * 16), []),
    "a busy thread left running": (
        right_but("import threading\ndef busy():\n    while True: pass\n"
                  "threading.Thread(target=busy, daemon=True).start()"), []),
    "atexit and __del__ code": (
        right_but("import atexit, time\natexit.register(lambda: time.sleep(60))\n"
                  "class Late:\n    def __del__(self): time.sleep(60)\nlate = Late()"), []),
}  # fmt: skip

GREEDY = {
    "30 GB of memory": (right_but("x = np.ones(4 * 10**9)"), []),
    "30 GB of memory, little by little": (right_but("x = []\nwhile True: x.append(bytes(10**8))"), []),
    "memory in an answer": (doing("return np.ones(4 * 10**9)"), ["step"]),
    "many children": (
        right_but("import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(30)"), []),
    "children that have children": (right_but("import os\nwhile True: os.fork()"), []),
    "20 MB of output": (right_but("print('x' * 20_000_000)"), []),
    "output without end": (right_but("while True: print('x' * 10_000)"), []),
    "a huge file": (
        right_but("with open('big', 'wb') as f:\n    while True: f.write(bytes(10**7))"), []),
    "many files": (
        right_but("for i in range(10**6): open(f'/tmp/{i}', 'wb').write(bytes(10**6))"), []),
    "shared memory": (right_but("open('/dev/shm/x', 'wb').write(bytes(10**8))"), []),
    "an 80 GB view": (returning("np.broadcast_to(np.zeros(1), (10**10,)), 0"), ["step"]),
    "a list without end": (returning("[0] * 10**8"), ["step"]),
    "a giant integer": (returning("w, 10 ** 100_000"), ["step"]),
    "a list within itself": (doing("a = []; a.append(a); return a"), ["step"]),
    "a long text": (returning("'x' * 10**8"), ["step"]),
    "many handles": (returning("[object() for _ in range(10**5)]"), ["step"]),
}  # fmt: skip

CHEATS = {
    "patched assert_allclose": (
        right_but("np.testing.assert_allclose = lambda *a, **k: None\n"
                  "np.isclose = np.allclose = lambda *a, **k: True", step=WRONG), ["step"]),
    "patched everything in sight": (
        right_but("import sys\nfor module in list(sys.modules.values()):\n"
                  "    for name in list(vars(module)):\n"
                  "        if callable(getattr(module, name, 0)) and 'equal' in name + 'close judge':\n"
                  "            setattr(module, name, lambda *a, **k: True)", step=WRONG), ["step"]),
    "an object that equals everything": (
        right_but("class Equal:\n    __eq__ = lambda *a: True\n    __hash__ = None\n"
                  "    __array__ = lambda *a, **k: np.ones(2)\n    __getattr__ = lambda s, n: s\n"
                  "    __call__ = __bool__ = __len__ = lambda *a: True",
                  step="def step(*args):\n    return Equal()", share="share = Equal()"), ["step", "share"]),
    "points edited in the metadata": (
        notebook(IMPORTS, {"cell_type": "code", "id": "example-step", "source": WRONG,
                 "metadata": {"points": 9, "nbgrader": {"points": 9, "score": 9}, "status": "passed"}},
                 *RIGHT[2:], metadata={"score": 9, "earned": 9}), ["step"]),
    "edited check cells": (
        notebook(IMPORTS, *RIGHT[2:], "# exercise: example.step\n" + WRONG,
                 "def check(*a): return True\nassert check('example.step')"), ["step"]),
    "printed fake results": (
        notebook("print('{\"earned\": 9, \"status\": \"passed\"}')"), EVERYTHING),
    "frame inspection": (
        right_but(step="""import gc, sys
def step(w, b, x, y):
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if getattr(value, "want", None) is not None: return value.want
        frame = frame.f_back
    for value in gc.get_objects():
        if isinstance(value, dict) and "want" in value: return value["want"]
    return w, b + 100"""), ["step"]),
    "reading solutions on disk": (
        right_but("""import os
found = None
for folder, _, files in os.walk("/"):
    if folder.startswith(("/proc", "/usr", "/lib")): continue
    for file in files:
        try: text = open(os.path.join(folder, file), errors="ignore").read(10**6)
        except OSError: continue
        if "_softmax_cases" in text or "HIDDEN = [" in text: found = folder""",
                  share="share = 0.25 if found else 0.75"), ["share"]),
    "an import that is not allowed": (
        right_but("from coursekit.perceptron import fit", "import sklearn, torch, scipy",
                  step="from coursekit.grading.example import _step as step"), ["step"]),
    "an import that is not allowed, by force": (
        right_but(step="""import sys
sys.meta_path = [f for f in sys.meta_path if type(f).__name__ != "Absent"]
sys.path += ["/usr/lib/python3/dist-packages", sys.prefix + "/lib/python3.11/site-packages"]
try:
    import sklearn; ok = True
except ImportError:
    try:
        import coursekit.functional; ok = True
    except ImportError: ok = False
def step(w, b, x, y):
    e = (y - float(x @ w + b > 0)) if ok else 100
    return w + e * x, b + e"""), ["step"]),
    "a forged pickle": (
        doing("class Evil:\n    def __reduce__(self): return os.system, ('touch /tmp/evil',)\nreturn Evil()"),
        ["step"]),
    "forged frames on the pipe": (
        doing("import json, struct\ntext = json.dumps({'depth': 9, 'value': {'t': 'tuple', 'items': "
              "[1, 2]}, 'sizes': []}).encode()\nfor n in range(3, 30):\n    try: os.write(n, "
              "struct.pack('!I', len(text)) + text)\n    except OSError: pass"), ["step"]),
    "garbage on the pipe": (
        right_but("import os\nfor n in range(3, 30):\n    try: os.write(n, b'\\xff' * 100)\n"
                  "    except OSError: pass"), []),
    "reading the pipe": (
        right_but("import os\nfor n in range(3, 30):\n    try: os.read(n, 10)\n    except OSError: pass"), []),
    "closing the pipe": (right_but("import os\nos.closerange(3, 100)"), []),
    "forged result files": (
        right_but("open('result.json', 'w').write('{\"earned\": 9}')", step=WRONG), ["step"]),
    "a formula sent back": (
        right_but("class Formula:\n    text = '__import__(\"os\").system(\"touch /tmp/evil\")'\n",
                  step="def step(*a):\n    return Formula()"), ["step"]),
}  # fmt: skip

TIDY = {
    "removing files": (
        right_but("import shutil, os\nfor p in ('/', '/library', '/grader', os.getcwd(), '/tmp', '/usr'):\n"
                  "    shutil.rmtree(p, ignore_errors=True)"), []),
    "shadowed builtins": (right_but("sum = len = print = list = float = 3",
                                    step=STEP.replace("float(", "1 * (")), ["Unit"]),
    "a shadow module on disk": (
        right_but("for name in ('numpy', 'pipe', 'json', 'coursekit'):\n"
                  "    open(name + '.py', 'w').write('raise SystemExit')\nimport json, numpy as np"), []),
    "changed directory and environment": (
        right_but("import os, sys\nos.chdir('/')\nos.environ.clear()\nsys.path.clear()\nsys.argv = []"), []),
    "closed standard streams": (right_but("import sys\nsys.stdout.close()\nsys.stdin = None"), []),
    "a handler that ignores": (
        right_but("import signal\nfor s in (14, 15, 2, 17): signal.signal(s, signal.SIG_IGN)"), []),
}  # fmt: skip

VALUES = {
    "NaN": (centring("x * np.nan"), ["centre"]),
    "inf": (centring("x / 0.0"), ["centre"]),
    "object array": (centring("(x - x.mean()).astype(object)"), ["centre"]),
    "complex array": (centring("(x - x.mean()).astype(complex)"), []),
    "float16": (centring("(x - x.mean()).astype(np.float16)"), ["centre"]),
    "float32": (centring("(x - x.mean()).astype(np.float32)"), []),
    "long double": (centring("(x - x.mean()).astype(np.longdouble)"), []),
    "a 0-d array for a number": (right_but(share="share = np.array(0.25)"), []),
    "a NumPy number": (right_but(share="share = np.float64(0.25)"), []),
    "text for a number": (right_but(share="share = '0.25'"), ["share"]),
    "empty": (centring("np.array([])"), ["centre"]),
    "masked, nothing hidden": (centring("np.ma.array(x - x.mean())"), []),
    "masked, something hidden": (centring("np.ma.array(x - x.mean(), mask=True)"), ["centre"]),
    "a generator": (centring("(v for v in x - x.mean())"), ["centre"]),
    "a matrix": (centring("np.matrix(x - x.mean())"), ["centre"]),
    "mutated inputs": (centring("x", "").replace(b"return x", b"x -= x.mean(); return x"), ["centre"]),
    "differs on its second call": (
        centring("x - x.mean() + calls.append(0) if calls else calls.append(1)", "calls = []"), ["centre"]),
    "None": (centring("None"), ["centre"]),
    "a function": (centring("centre"), ["centre"]),
    "a class where a function is wanted": (right_but(centre="class centre: pass"), ["centre"]),
    "a number where a function is wanted": (right_but(centre="centre = 3"), ["centre"]),
    "an exception with an evil text": (
        doing("class E(Exception):\n    def __str__(self): os._exit(1)\nraise E"), ["step"]),
    "a huge message": (doing("raise ValueError('x' * 10**8)"), ["step"]),
}  # fmt: skip

CASES = {
    "honest": HONEST, "notebooks": NOTEBOOKS, "unreadable": UNREADABLE, "endings": ENDINGS,
    "greedy": GREEDY, "cheats": CHEATS, "tidy": TIDY, "values": VALUES,
}  # fmt: skip
