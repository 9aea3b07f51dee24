"""The sentences of the grader, as data; those about answers stand with the checks."""

TEXT = {
    "ended": "the process ended in the middle: it left, crashed, or took too much memory",
    "forged": "the process sent what is no value",
    "no time": "the time of the whole notebook was used up before this cell",
    "cell ended": "this cell ends the process",
    "no cell": "No cell defines `{thing}`.",
    "cell failed": "The cell that should define `{thing}` failed. {kind}: {text}.",
}
