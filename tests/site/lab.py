"""A JupyterLab of its own, on this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


class Lab:
    """JupyterLab over a folder, for the length of a `with`; gives its address."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        kinds = ("CONFIG", "DATA", "RUNTIME")
        private = {f"JUPYTER_{kind}_DIR": str(self.folder / kind) for kind in kinds}
        self.server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
             "--ip=127.0.0.1", "--IdentityProvider.token=", f"--ServerApp.root_dir={self.folder}",
             "--LabApp.news_url=", "--LabApp.check_for_updates_class="
             "jupyterlab.NeverCheckForUpdate"],
            env={**os.environ, **private}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(f"{address}/api")
        return address

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait(20)


def wait_for(address: str) -> None:
    """Return when a server answers, within a minute."""
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(f"no answer from {address}")
