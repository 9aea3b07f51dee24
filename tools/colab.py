"""Run the notebooks as Colab does: what it ships, then the built wheel, and no repository around.

Colab's own versions must stay: the package may add to them, never replace them. The environment
lies in `_build/colab` and is made anew, with the newest version of everything, each time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "_build/colab"
PYTHON = FOLDER / "env/bin/python"
SHIPPED = ("ipykernel", "matplotlib", "pandas", "scikit-learn", "torch", "torchvision",
           "transformers", "datasets", "accelerate", "peft", "keras")  # fmt: skip
TESTS = ("pytest", "nbval")
SETTINGS = ("--nbval-lax", "--nbval-cell-timeout=300", "-p", "no:cacheprovider")


def main() -> int:
    """Make the environment, install the wheel, run the notebooks; return pytest's exit code."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", FOLDER / "env"], check=True)
    pip("install", *SHIPPED, *TESTS)
    before = versions()
    pip("wheel", "--no-deps", "-w", FOLDER, ROOT)
    (wheel,) = FOLDER.glob("coursekit-*.whl")
    pip("install", f"{wheel}[frameworks]")
    after = versions()
    replaced = [f"{name} {old} -> {after.get(name)}" for name, old in before.items()
                if after.get(name) != old]  # fmt: skip
    if replaced:
        print("The package replaces what Colab ships: " + ", ".join(replaced), file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as elsewhere:
        shutil.copytree(ROOT / "book", Path(elsewhere, "book"))
        command = [str(PYTHON), "-m", "pytest", *SETTINGS, *sys.argv[1:], "book"]
        return subprocess.run(command, cwd=elsewhere, env=environment()).returncode


def pip(*arguments: str | Path) -> None:
    """Run pip in the environment."""
    quiet = ["-q", "--disable-pip-version-check"]
    subprocess.run([str(PYTHON), "-m", "pip", *quiet, *map(str, arguments)], check=True)


def versions() -> dict[str, str]:
    """Return the version of each package that is installed."""
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {package["name"]: package["version"] for package in json.loads(listed.stdout)}


def environment() -> dict[str, str]:
    """Return an environment in which kernels start from `_build/colab` and see no repository."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return kept | {"PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}"}


if __name__ == "__main__":
    sys.exit(main())
