"""Pictures of sliders: in a notebook they travel inside the output, on the site they are files.

So a page is there before its pictures are, and a picture is fetched when the reader comes near.
"""

import base64
import hashlib
import io
import re
from pathlib import Path

from PIL import Image
from sphinx.application import Sphinx

FOLDER = "_static/sliders"
PICTURE = re.compile(
    r'(?P<still>(?<= )src=)?"data:image/(?P<kind>png|webp);base64,(?P<data>[\w+/=]+)"'
)


def part_from_pictures(app: Sphinx, page: str, name: str) -> str:
    """Return the page with an address where a picture was."""
    root = "../" * name.count("/")

    def parted(found: re.Match[str]) -> str:
        data = base64.b64decode(found["data"])
        file = f"{FOLDER}/{hashlib.sha256(data).hexdigest()[:16]}.{found['kind']}"
        path = Path(app.outdir, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if not found["still"]:
            return f'"{root}{file}"'
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
        return f'loading="lazy" width="{width}" height="{height}" src="{root}{file}"'

    return PICTURE.sub(parted, page)
