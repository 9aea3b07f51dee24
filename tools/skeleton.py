"""The skeleton of a chapter: the frame that every chapter shares, with one section to copy."""

from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

OBJECTIVES = """\
**By the end you can**

- say …
- compute …
- decide …

This takes about 60 minutes, and needs …"""

CHECK = """\
**Check yourself.** A question?

<details><summary>One answer</summary>No, and why.</details>
<details><summary>Another answer</summary>Yes, and why.</details>"""

FIGURE = {
    "figure": {"caption": "What the reader should see.", "name": "fig-first"},
    "image": {"alt": "What the figure shows, for a reader who cannot see it."},
}


def skeleton(title: str) -> Any:
    """Return the notebook of a new chapter; `tidy` adds the badge and the setup cell."""
    return new_notebook(
        cells=[
            new_markdown_cell(f"# {title}", id="title"),
            new_markdown_cell(OBJECTIVES, id="objectives"),
            new_code_cell(
                "import matplotlib.pyplot as plt\n\nfrom coursekit import data, plotting",
                id="imports",
            ),
            new_markdown_cell(
                "## A question\n\nThe idea, then the formula, then the same formula as code.\n\n"
                f"{CHECK}\n\n> **Predict.** What will happen?",
                id="question",
            ),
            new_code_cell('X, y = data.gate("and")\nprint(X)\nprint(y)', id="idea"),
            new_markdown_cell(
                f"{CHECK}\n\nWhat to look for.\n\n> **Predict.** Where will it be?", id="before"
            ),
            new_code_cell(
                "plotting.scatter(X, y)\nplt.show()", id="figure", metadata={"mystnb": FIGURE}
            ),
            new_markdown_cell(f"What was seen in it.\n\n{CHECK}", id="after"),
            new_code_cell("assert len(X) == 4", id="numbers", metadata={"tags": ["remove-cell"]}),
            new_markdown_cell("## What we have seen\n\nIn a few sentences.", id="seen"),
            new_markdown_cell(
                "## Review questions\n\n1. A question?\n\n<details><summary>Answer</summary>\n\n"
                "The answer.\n\n</details>",
                id="review",
            ),
            new_markdown_cell("## Further reading\n\nOne or two links, and why.", id="reading"),
            new_markdown_cell("## Next\n\nThe question that is still open.", id="next"),
        ]
    )
