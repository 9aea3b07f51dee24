"""What the course asks of every notebook, as far as a program can see it.

A rule takes a notebook and yields pairs (id of the cell, what to do). Its name is the function's.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import median

import address
from prose import PROSE_RULES
from reading import Cell, Notebook, without_code
from tidying import COMPARED, tidied

Found = Iterator[tuple[str, str]]
Rule = Callable[[Notebook], Found]

OFFLINE = {"slow", "nbval-skip", "skip-execution"}
TAGS = OFFLINE | {
    "hide-input",
    "hide-cell",
    "remove-cell",
    COMPARED,
    "raises-exception",
    "exercise",
    "solution",
}
LONGEST, MEDIAN, DRAWING = 20, 5, 6  # lines of code
CELLS = (40, 110)
GOALS = (3, 5)
WORDS = (8, 18)  # for each line of code
MACHINE = re.compile(r"(?<![\w.)}])/(?:work|farm|root|opt|home|Users|tmp|mnt)/\w[^\s\"')]*")


def stored_form(notebook: Notebook) -> Found:
    """The file is what `tidy` writes."""
    where = address.read(notebook.root)
    if notebook.text != tidied(notebook.text, notebook.inside, where):
        yield "", "run `make tidy` (ids, metadata, outputs, the badge and setup cells)"


def ids(notebook: Notebook) -> Found:
    """Each cell has an id of its own."""
    for name, times in Counter(cell.id for cell in notebook.cells).items():
        if not name:
            yield "", f"{times} cells have no id: run `make tidy`"
        elif times > 1:
            yield name, f"{times} cells have this id: give each its own"


def allowed_tags(notebook: Notebook) -> Found:
    """Only the course's tags are used, and the three that leave a cell out go together."""
    for cell in notebook.cells:
        for tag in set(cell.tags) - TAGS:
            yield cell.id, f"tag `{tag}` is not one of the course's: {', '.join(sorted(TAGS))}"
        if 0 < len(OFFLINE & set(cell.tags)) < len(OFFLINE):
            yield cell.id, f"the tags {', '.join(sorted(OFFLINE))} go together"


def short_cells(notebook: Notebook) -> Found:
    """A code cell shows one idea: few lines."""
    sizes = [len(cell.lines) for cell in notebook.code if cell.counted]
    for cell in notebook.code:
        if len(cell.lines) > LONGEST and "remove-cell" not in cell.tags:
            yield cell.id, f"{len(cell.lines)} lines of code: at most {LONGEST}, split the idea"
    if sizes and median(sizes) > MEDIAN:
        yield "", f"the median code cell has {median(sizes):g} lines: at most {MEDIAN}"


def rhythm(notebook: Notebook) -> Found:
    """A chapter has a reader's amount of cells, and of words for each line of code."""
    if not notebook.chapter:
        return
    low, high = CELLS
    if not low <= len(notebook.cells) <= high:
        yield "", f"{len(notebook.cells)} cells: a chapter has {low} to {high}"
    words = sum(len(_words(cell.source)) for cell in notebook.prose if cell.counted)
    lines = sum(len(cell.lines) for cell in notebook.code if cell.counted)
    low, high = WORDS
    if not low <= words / max(lines, 1) <= high:
        ratio = f"{words} words for {lines} lines of code is {words / max(lines, 1):.1f} a line"
        yield "", f"{ratio}: {low} to {high} are wanted"


def frame(notebook: Notebook) -> Found:
    """A chapter opens with what it is for and closes with what was seen and what comes next."""
    if not notebook.chapter:
        return
    first = [cell.id for cell in notebook.cells[:2]]
    if first != ["title", "badge"]:
        yield "", f"the first cells are `title` and `badge`, got {first}"
    if "setup" not in {cell.id for cell in notebook.cells}:
        yield "", "a code cell `setup` is missing: run `make tidy`"
    opening = re.split(r"(?m)^## ", "\n".join(cell.source for cell in notebook.prose))[0]
    for wanted in ("By the end you can", "minutes"):
        if wanted.lower() not in opening.lower():
            yield "", f"the opening, before the first section, says `{wanted}`"
    goals = len(re.findall(r"(?m)^(?:[-*]|\d+\.) ", opening))
    if goals and not GOALS[0] <= goals <= GOALS[1]:
        yield "", f"the opening lists {goals} goals: {GOALS[0]} to {GOALS[1]}"
    titles = [words.lower() for _, level, words in notebook.headings() if level > 1]
    for wanted in ("seen", "questions", "reading"):
        if not any(wanted in title for title in titles):
            yield "", f"no heading holds `{wanted}` (what we have seen, questions, further reading)"
    if not titles or "next" not in titles[-1]:
        yield "", "the last heading is the bridge to the next chapter and holds `Next`"


def predictions(notebook: Notebook) -> Found:
    """A chapter asks the reader at least twice what will happen."""
    times = sum(len(re.findall(r"(?m)^> *\*\*Predict", cell.source)) for cell in notebook.prose)
    if notebook.chapter and times < 2:
        yield "", f"{times} block quotes open with **Predict**: at least 2"


def self_checks(notebook: Notebook) -> Found:
    """A chapter or lab lets the reader check three times at least, each choice with its reason."""
    found = [
        part for cell in notebook.prose for part in cell.source.split("**Check yourself.**")[1:]
    ]
    if (notebook.chapter or notebook.path.parent.name == "labs") and len(found) < 3:
        yield "", f"{len(found)} times **Check yourself.**: at least 3"
    if any("<details>" not in part for part in found):
        yield "", "after **Check yourself.** come a question, choices, and their reasons in a fold"


def figures(notebook: Notebook) -> Found:
    """A cell that draws ends in plt.show(), in few lines, with one caption and alt text."""
    for cell in notebook.code:
        drawing = [node for node in cell.tree.body if _draws(node)] if cell.tree else []
        calls = [name for node in drawing for name in _calls(node)]
        if "interact" in calls:
            yield from _interaction(cell)
        elif drawing:
            yield from _figure(cell, drawing, calls)
        elif "mystnb" in cell.metadata:
            yield cell.id, "caption or alt text on a cell that draws nothing: remove `mystnb`"


def _figure(cell: Cell, drawing: list[ast.stmt], calls: list[str]) -> Found:
    if cell.lines[-1].strip() != "plt.show()":
        yield cell.id, "a cell that draws ends with plt.show()"
    made = {"figure", "subplots"}
    if calls.count("show") > 1 or sum(name in made for name in calls) > 1:
        yield cell.id, "one figure to a cell: split it"
    size = sum((node.end_lineno or 0) - node.lineno + 1 for node in drawing) - calls.count("show")
    if size > DRAWING:
        yield cell.id, f"{size} lines draw: at most {DRAWING}, move them to coursekit.plotting"
    mystnb = cell.metadata.get("mystnb", {})
    if not mystnb.get("figure", {}).get("caption"):
        yield cell.id, "a figure has a caption: metadata mystnb.figure.caption"
    if not mystnb.get("image", {}).get("alt"):
        yield cell.id, "a figure has alt text: metadata mystnb.image.alt"


def _interaction(cell: Cell) -> Found:
    for node in ast.walk(cell.tree or ast.Module([], [])):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            named = {keyword.arg for keyword in node.keywords}
            if node.func.id == "interact" and "alt" not in named:
                yield cell.id, "interact() takes alt=, the text that stands for each picture"


def quiet_lines(notebook: Notebook) -> Found:
    """No line of code ends in a semicolon, which silences nothing when the book is tested."""
    for cell in notebook.code:
        if any(line.rstrip().endswith(";") for line in cell.lines):
            yield cell.id, "remove the `;` at the end of a line (end a figure with plt.show())"


def compared_cells(notebook: Notebook) -> Found:
    """A compared cell has a stored text and a count, and no other cell stores anything."""
    for cell in notebook.code:
        compared, stored = COMPARED in cell.tags, bool(cell.outputs)
        if compared and not (stored and cell.count is not None):
            yield cell.id, "nothing is stored to compare: run tools/notebooks.py record"
        if not compared and (stored or cell.count is not None):
            yield cell.id, f"outputs are stored without the tag {COMPARED}: run `make tidy`"
        if compared and cell.tree and any(_draws(node) for node in cell.tree.body):
            yield cell.id, "a compared cell prints text and draws nothing: split it"


def machine_paths(notebook: Notebook) -> Found:
    """Nothing names a folder that exists on one machine only."""
    for cell in notebook.cells:
        for path in MACHINE.findall(f"{cell.source}\n{cell.outputs or ''}"):
            yield cell.id, f"`{path}` exists on one machine only"


def exercises(notebook: Notebook) -> Found:
    """An exercise is four cells in a row: prompt, answer, check, solution; homework has three."""
    known = {cell.id: cell for cell in notebook.cells}
    order = [cell.id for cell in notebook.cells]
    for cell in notebook.code:
        if "solution" in cell.tags and cell.role != "solution":
            yield cell.id, "a solution's id is its answer cell's id and -solution"
        if "exercise" not in cell.tags and cell.role != "answer":
            continue
        match = re.match(r"# exercise: ([a-z0-9_]+\.[A-Za-z0-9_.]+)\n", cell.source)
        name = match[1] if match else ""
        if not name or cell.id != name.replace(".", "-") or "exercise" not in cell.tags:
            yield cell.id, "an answer opens with `# exercise: a.b`, has the id a-b, tag exercise"
            continue
        parts = [f"{cell.id}-prompt", cell.id, f"{cell.id}-check", f"{cell.id}-solution"]
        row = parts[:3] if notebook.homework else parts
        start = order.index(cell.id) - 1
        if order[max(start, 0) : start + len(row)] != row:
            yield cell.id, f"{len(row)} cells stand in a row: {', '.join(row)}"
            continue
        if notebook.homework and parts[3] in known:
            yield parts[3], "homework shows no solution: move it to the teacher's half"
        yield from _parts(name, *(known[part] for part in row))


def _parts(
    name: str, prompt: Cell, answer: Cell, check: Cell, solution: Cell | None = None
) -> Found:
    if prompt.code or not re.search(r"(?i)warm-up|core|stretch", prompt.source):
        yield prompt.id, "the prompt says its size: warm-up 5 min, core 15 min or stretch"
    if "<details>" not in prompt.source:
        yield prompt.id, "the prompt folds the first hint in <details>"
    if answer.tree is None or not _is_stub(answer.tree):
        yield answer.id, "the stub parses and holds `raise NotImplementedError` or `...`"
    if not re.fullmatch(rf'check\("{re.escape(name)}"\) *(#.*)?', check.source.strip()):
        yield check.id, f'the cell is `check("{name}")`'
    if solution is None:
        return
    if not {"solution", "hide-cell"} <= set(solution.tags):
        yield solution.id, "the solution has the tags solution and hide-cell"
    if not solution.source.startswith(f"# @title Solution: {name}\n"):
        yield solution.id, f"the first line is `# @title Solution: {name}`"
    if solution.lines[-1] != f'assert check("{name}", solution, record=False)':
        yield solution.id, f'the last line is `assert check("{name}", solution, record=False)`'


def levels(notebook: Notebook) -> Found:
    """The page has one title, and no heading skips a level."""
    found = list(notebook.headings())
    if [level for _, level, _ in found].count(1) != 1 or found[0][1] != 1:
        yield "", "one heading, the first, is the title: `# …`"
    for (_, above, _), (cell, level, words) in pairwise(found):
        if level > above + 1:
            yield cell.id, f"`{words}` skips a level: {'#' * above} then {'#' * level}"


def _words(markdown: str) -> list[str]:
    text = re.sub(r"<[^>]+>|\]\([^)]*\)", " ", without_code(markdown))
    return [word for word in text.split() if any(map(str.isalnum, word))]


def _is_stub(tree: ast.Module) -> bool:
    raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc]
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return ... in values or any("NotImplementedError" in ast.unparse(error) for error in raised)


def _draws(node: ast.AST) -> bool:
    return any(name != "close" for name in _calls(node))


def _calls(node: ast.AST) -> list[str]:
    """Return what a statement calls to draw; what it only defines is not called yet."""
    if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
        return []
    below = [name for child in ast.iter_child_nodes(node) for name in _calls(child)]
    if not isinstance(node, ast.Call):
        return below
    called = ast.unparse(node.func)
    if called == "interact" or re.match(r"(plt|plotting|ax|axes|axs|fig)\b[^(]*\.\w+$", called):
        below.append(called.rpartition(".")[2])
    return below


RULES: tuple[Rule, ...] = (
    stored_form,
    ids,
    allowed_tags,
    short_cells,
    rhythm,
    frame,
    predictions,
    self_checks,
    figures,
    quiet_lines,
    compared_cells,
    machine_paths,
    exercises,
    levels,
    *PROSE_RULES,
)
