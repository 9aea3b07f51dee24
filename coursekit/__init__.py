"""The tested helpers behind the book "Introduction to Deep Learning".

Each module is one idea of the course and can be read in a few minutes. Importing the package
itself loads nothing: import the module that you need, such as `from coursekit import perceptron`.
"""

__version__ = "0.2.0"


def expect(release: str) -> None:
    """Print what to do if a page written for another release than the installed one is run."""
    if release != __version__:
        print(
            f"This page is written for coursekit {release}, and {__version__} is installed: "
            "run the %pip line of this cell on its own, then restart the kernel."
        )
