"""The address of the repository: it stands in `_config.yml`, and every other mention follows it.

Files that have to name the address (README, CITATION.cff, pyproject's links ...) are rewritten by
`follow`; CITATION.cff tells which address they hold now. Notebooks get it in generated cells.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLLOWERS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "pyproject.toml",
    "environment.yml",
    "book/**/*.md",
)
GITHUB = "https://github.com/"


@dataclass(frozen=True)
class Address:
    """Where the book lives: the repository, its branch, the website and the release."""

    slug: str  # owner/name
    branch: str
    site: str  # without a slash at the end
    release: str

    def colab(self, path: str) -> str:
        """Return the link that opens the notebook at `path` of the repository in Colab."""
        return f"https://colab.research.google.com/github/{self.slug}/blob/{self.branch}/{path}"

    def requirement(self, extra: str = "") -> str:
        """Return what pip installs to get the release that the page belongs to."""
        name = f"coursekit[{extra}]" if extra else "coursekit"
        return f"{name} @ git+{GITHUB}{self.slug}@v{self.release}"


def read(root: Path) -> Address:
    """Return the address that `_config.yml` states and the release that the package states.

    Raises:
        ValueError: if the repository is not one on GitHub, where Colab could open it.
    """
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    url = config["repository"]["url"].rstrip("/")
    if not re.fullmatch(GITHUB + r"[\w.-]+/[\w.-]+", url):
        raise ValueError(f"_config.yml: repository.url must be {GITHUB}OWNER/NAME, got {url}")
    slug = url.removeprefix(GITHUB)
    owner, name = slug.split("/")
    site = config.get("html", {}).get("baseurl") or f"https://{owner.lower()}.github.io/{name}"
    package = (root / "coursekit" / "__init__.py").read_text(encoding="utf-8")
    release = re.search(r'^__version__ = "(.+)"$', package, re.MULTILINE)
    if release is None:
        raise ValueError("coursekit/__init__.py states no __version__")
    return Address(slug, config["repository"].get("branch", "main"), site.rstrip("/"), release[1])


def followers(root: Path) -> list[Path]:
    """Return the files, notebooks apart, that may name the address."""
    return sorted(path for pattern in FOLLOWERS for path in root.glob(pattern))


def follow(root: Path) -> list[Path]:
    """Write the address and the release into every follower; return the files that changed."""
    new, changed = read(root), []
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    for path in followers(root):
        before = path.read_text(encoding="utf-8")
        after = _rewritten(before, _stated(citation), new)
        if path.name == "CITATION.cff":
            after = re.sub(r"(?m)^version: .*$", f'version: "{new.release}"', after)
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path)
    return changed


def _stated(citation: str) -> dict[str, str]:
    """Return the values of CITATION.cff that tell what the followers hold now."""
    stated = yaml.safe_load(citation)
    if not str(stated.get("repository-code", "")).startswith(GITHUB):
        raise ValueError(f"CITATION.cff needs a line `repository-code: {GITHUB}OWNER/NAME`")
    return {
        "slug": stated["repository-code"].removeprefix(GITHUB).rstrip("/"),
        "site": str(stated.get("url", "")).rstrip("/"),
    }


def _rewritten(text: str, old: dict[str, str], new: Address) -> str:
    """Return text with the old address replaced, and branch and release brought up to date."""
    if old["site"]:
        text = re.sub(re.escape(old["site"]) + r"(?![\w-])", new.site, text)
    text = re.sub(r"(?<![\w.-])" + re.escape(old["slug"]) + r"(?![\w-])", new.slug, text)
    names = [slug.partition("/")[2] for slug in (old["slug"], new.slug)]
    text = re.sub(rf"\bcd {re.escape(names[0])}(?![\w-])", f"cd {names[1]}", text)
    slug = re.escape(new.slug)
    text = re.sub(rf"({slug}/blob/)[\w.-]+", rf"\g<1>{new.branch}", text)
    return re.sub(rf"({slug}(?:\.git)?@v)\d[\w.]*\d", rf"\g<1>{new.release}", text)
