"""Every sentence that a check, a hint or a progress table says, as data.

A translation is a second dictionary with the same keys; no other file of the engine holds a
sentence. Words between backticks are shown as code.
"""

TEXT = {
    # headings, one for each status
    "passed": "Passed",
    "wrong": "Not yet",
    "error": "Error",
    "not attempted": "Not attempted yet",
    "not checked": "Not checked yet",
    # labels of the lines below the heading
    "case": "Case",
    "inputs": "Inputs",
    "wanted": "Wanted",
    "got": "Got",
    "next": "Next",
    # what happened
    "all right": "All {cases} cases are right.",
    "value right": "That is right.",
    "value fits": "Your answer has the right form. Whether it is right, grading will tell.",
    "blank": "Write your answer in the cell above, run it, then run this check again.",
    "still blank": "Still blank: {items}.",
    "undefined": "`{thing}` is not defined yet. Run the answer cell above. If it shows a syntax "
    "error, mend that first.",
    "stale": "The last run of the answer cell stopped before it defined `{thing}`, so the check "
    "would see an older version. Mend that cell, run it, then run this check again.",
    "no function": "`{thing}` should be a function, and it is {kind} now.",
    "crash": "{kind}: {text}.",
    "at source": " It happened in line {line}: `{source}`",
    "at line": " It happened in line {line}.",
    "too long": "It ran for more than {seconds:g} seconds. Does your loop end?",
    "interrupted": "It was stopped by you before it ended.",
    "property": "The value is right, and your answer should also {name}.",
    # how a value differs from the one that was wanted; `where` is empty or "item 1: "
    "none": "{where}the value is None. Is a `return` missing?",
    "type": "{where}this is {kind}, and {wanted} was wanted.",
    "one array": "{where}this is one array, and {wanted} values were wanted, one after the other.",
    "shape": "{where}the shape is {got}, and {wanted} was wanted.",
    "length": "{where}there are {got} items, and {wanted} were wanted.",
    "keys": "{where}the keys are {got}, and {wanted} were wanted.",
    "nan": "{where}there is a NaN in the result: look for 0/0, or for inf - inf.",
    "strict": "{where}the dtype is {got}, and an array of dtype {wanted} was wanted.",
    "value": "{where}the value is not right yet.",
    "fits": "{where}this will not do: {wanted} was wanted.",
    "strange": "{where}this is {kind}, and it cannot be compared.",
    # parts of those sentences
    "a number": "a number",
    "an array": "an array of numbers",
    "item": "item {key}: ",
    "index": "at index {key}: ",
    "array": "{text} (array, shape {shape}, {dtype})",
    "array nan": "{text} (array, shape {shape}, {dtype}, with NaN)",
    # hints and progress
    "try hint": '`hint("{name}")`',
    "hint": "Hint {number} of {total}: {hint}",
    "no more hints": "There are no more hints. Open the solution below the check, read one line, "
    "close it, and try again.",
    "nothing yet": "Nothing was checked yet. Write an answer, then run the check below it.",
    "total": "{passed} of {exercises} exercises passed, {points} of {total} points",
    "open": "Read by your teacher",
    "advice": "The checks are advice. Your points come from your teacher's run, with other inputs.",
    # handing in
    "empty": "There is nothing to hand in yet: write an answer, then run the check below it.",
    "wrote": "Wrote `{file}`, with the notebook as it is in {source}. Hand in this file.",
    "download": "Your browser is downloading it.",
    "unsaved": "Careful: {items} ran in another version than the one that is saved. Save the "
    "notebook (Ctrl+S), then run this cell again.",
    "save first": "If you have changed something since you last saved, save (Ctrl+S) and run this "
    "cell again.",
    "no path": "This editor does not say where the notebook is. Save it, then hand in the file "
    "itself: in JupyterLab, File > Download; in Colab, File > Download > Download .ipynb.",
    "no student": "Your id is missing: fill in `student` at the top.",
    "still open": "Not passed yet: {items}. You may hand in again later.",
    "still unwritten": "Nothing is written below {items}.",
    "complete": "Every check has passed.",
    "exercise": "Exercise",
    "status": "Status",
    "points": "Points",
}


def say(key: str, /, **facts: object) -> str:
    """Return the sentence of that key with its facts filled in."""
    return TEXT[key].format(**facts)
