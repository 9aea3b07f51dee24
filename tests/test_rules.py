"""Each rule about notebooks fires on the fault that it names, and on nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import example_book
import notebooks
import pytest
import reading
from example_book import cell
from rules import RULES

Change = Callable[[Any], object]


def source(name: str, text: str) -> Change:
    """Replace the source of a cell."""
    return lambda raw: cell(raw, name).update(source=text)


def added(name: str, text: str) -> Change:
    """Put more text at the end of a cell."""
    return lambda raw: cell(raw, name).update(source="".join([*cell(raw, name)["source"], text]))


def tagged(name: str, *tags: str) -> Change:
    """Replace the tags of a cell."""
    return lambda raw: cell(raw, name)["metadata"].update(tags=list(tags))


def without(name: str) -> Change:
    """Take a cell out."""
    return lambda raw: raw["cells"].remove(cell(raw, name))


def renamed(name: str, other: str) -> Change:
    """Give a cell another id."""
    return lambda raw: cell(raw, name).update(id=other)


def without_alt(raw: Any) -> None:
    """Take the alt text of the figure away."""
    cell(raw, "figure")["metadata"]["mystnb"]["image"]["alt"] = ""


def without_caption(raw: Any) -> None:
    """Take the caption of the figure away."""
    del cell(raw, "figure")["metadata"]["mystnb"]["figure"]


def stored(name: str) -> Change:
    """Store an output in a cell."""
    output = {"output_type": "stream", "name": "stdout", "text": "4\n"}
    return lambda raw: cell(raw, name).update(outputs=[output])


def cells(number: int) -> Change:
    """Repeat a pair of cells until there are so many."""

    def change(raw: Any) -> None:
        for n in range(number):
            raw["cells"].insert(5, cell(raw, "say-1") | {"id": f"more-{n}"})

    return change


LONG = "\n".join(f"n = {n}" for n in range(21))
FOLD = "<details><summary>One</summary>No, {}.</details>"
PLOT = "plotting.scatter(X, y)\n"

FAULTS: list[tuple[str, str, Change]] = [
    ("stored_form", "make tidy", lambda raw: raw["metadata"].update(toc={})),
    ("stored_form", "make tidy", source("badge", "[Open in Colab](https://a.org)")),
    ("stored_form", "make tidy", added("setup", "\n%pip install more")),
    ("ids", "2 cells have this id", renamed("do-1", "do-2")),
    ("ids", "have no id", lambda raw: cell(raw, "do-1").pop("id")),
    ("allowed_tags", "tag `draft`", tagged("do-1", "draft")),
    ("allowed_tags", "go together", tagged("do-1", "slow", "nbval-skip")),
    ("short_cells", "21 lines", source("do-1", LONG)),
    ("short_cells", "median", lambda raw: [source(f"do-{n}", LONG[:60])(raw) for n in range(11)]),
    ("rhythm", "39 cells", lambda raw: [without(name)(raw) for name in DROPPED]),
    ("rhythm", "111 cells", cells(69)),
    ("rhythm", "words for", lambda raw: [source(f"say-{n}", "So.")(raw) for n in range(11)]),
    ("rhythm", "words for", cells(40)),
    ("frame", "the first cells", renamed("title", "start")),
    ("frame", "`setup` is missing", without("setup")),
    ("frame", "By the end you can", source("objectives", "- a\n- b\n- c\n\n60 minutes")),
    ("frame", "minutes", source("objectives", "By the end you can\n\n- a\n- b\n- c")),
    ("frame", "2 goals", source("objectives", "By the end you can\n\n- a\n- b\n\n60 minutes")),
    ("frame", "`seen`", source("seen", "## The end")),
    ("frame", "`questions`", source("review", "## Review")),
    ("frame", "`reading`", source("reading", "## Papers")),
    ("frame", "the bridge", source("next", "## Later")),
    ("predictions", "1 block quotes", source("before", "Look at the figure.")),
    ("self_checks", "2 times", source("after", "What was seen.")),
    ("self_checks", "reasons in a fold", added("after", "\n\n**Check yourself.** Really?")),
    ("figures", "ends with plt.show()", source("figure", PLOT)),
    ("figures", "one figure", source("figure", PLOT + "plt.show()\n" + PLOT + "plt.show()")),
    ("figures", "one figure", source("figure", "plt.figure()\nplt.figure()\nplt.show()")),
    ("figures", "7 lines draw", source("figure", 7 * PLOT + "plt.show()")),
    ("figures", "alt text", without_alt),
    ("figures", "caption", without_caption),
    ("figures", "caption", source("do-1", PLOT + "plt.show()")),
    ("figures", "draws nothing", source("figure", "n = 1")),
    ("figures", "alt=", source("do-1", "interact(draw, w=[0, 1])")),
    ("quiet_lines", "`;`", added("do-1", ";")),
    ("compared_cells", "nothing is stored", lambda raw: cell(raw, "compared").update(outputs=[])),
    (
        "compared_cells",
        "nothing is stored",
        lambda raw: cell(raw, "compared").update(execution_count=None),
    ),
    ("compared_cells", "without the tag", stored("do-1")),
    ("compared_cells", "draws nothing", source("compared", PLOT + "plt.show()")),
    ("machine_paths", "/home/me/data.csv", source("do-1", 'open("/home/me/data.csv")')),
    ("machine_paths", "/mnt/x", added("say-1", " /mnt/x")),
    ("exercises", "an answer opens with", source("sums-add", "def add(a, b):\n    ...")),
    ("exercises", "an answer opens with", tagged("sums-add")),
    ("exercises", "an answer opens with", renamed("sums-add", "add")),
    ("exercises", "stand in a row", without("sums-add-check")),
    ("exercises", "stand in a row", without("sums-add-prompt")),
    ("exercises", "its size", source("sums-add-prompt", "<details></details>")),
    ("exercises", "first hint", source("sums-add-prompt", "A warm-up.")),
    ("exercises", "the stub", source("sums-add", "# exercise: sums.add\ndef add(a, b):")),
    ("exercises", "the stub", source("sums-add", "# exercise: sums.add\nadd = sum")),
    ("exercises", 'the cell is `check("sums.add")`', source("sums-add-check", 'check("add")')),
    ("exercises", "has the tags", tagged("sums-add-solution", "solution")),
    ("exercises", "# @title Solution: sums.add", source("sums-add-solution", "solution = sum")),
    ("exercises", "record=False", added("sums-add-solution", "  # right")),
    ("exercises", "a solution's id", tagged("do-1", "solution", "hide-cell")),
    ("levels", "the title", added("say-1", "\n\n# Another")),
    ("levels", "`Deep` skips a level", added("say-1", "\n\n#### Deep")),
    ("plain_markdown", "directives", added("say-1", "\n\n:::{note}\nA note\n:::")),
    ("plain_markdown", "directives", added("say-1", "\n\n```{note}\nA note\n```")),
    ("plain_markdown", "directives", added("say-1", " {cite:p}`hebb`")),
    ("plain_markdown", "raw HTML `div`", added("say-1", "<div>no</div>")),
    ("plain_markdown", "raw HTML `<!--`", added("say-1", "<!-- later -->")),
    ("folds", "shown raw", added("say-1", f"\n\n{FOLD.format('`sum`')}")),
    ("folds", "shown raw", added("say-1", f"\n\n{FOLD.format('$x$')}")),
    ("quotes", "got `Tip`", added("say-1", "\n\n> **Tip** Try it.")),
    ("images", "needs alt text", added("say-1", "![](figure.png)")),
    ("images", "comes from elsewhere", added("say-1", "![A cat](https://a.org/cat.png)")),
    ("links", "leads to no file", added("say-1", "[the rest](02_missing.ipynb#start)")),
    ("links", "leads nowhere", added("say-1", "[the rest]()")),
    ("links", "use https", added("say-1", "[a page](http://a.org)")),
    ("sources", "10.1000/18", added("say-1", "[paper](https://doi.org/10.1000/18)")),
    ("sources", "10.1000/183", added("say-1", "[paper](https://doi.org/10.1000/183)")),
]
DROPPED = ("say-1", "do-1", "compared")


@pytest.mark.parametrize(("rule", "advice", "change"), FAULTS)
def test_a_rule_fires_on_its_fault(rule: str, advice: str, change: Change, tmp_path: Path):
    """One fault in a good chapter gives a finding of its rule, which says what to do."""
    path = example_book.make(tmp_path)
    raw = example_book.load(path)
    change(raw)
    example_book.save(path, raw)

    found = [line for line in notebooks.lint([path], tmp_path) if f": {rule}: " in line]

    assert any(advice in line for line in found)
    assert all(line.startswith("book/01_example.ipynb: ") for line in found)


def test_a_good_chapter_has_no_finding(tmp_path: Path):
    """A chapter as it should be passes every rule."""
    assert notebooks.lint([example_book.make(tmp_path)], tmp_path) == []


def test_no_rule_goes_without_a_fault():
    """Each rule is shown to fire at least once above."""
    assert {rule.__name__ for rule in RULES} == {rule for rule, _, _ in FAULTS}


def test_what_only_looks_like_a_fault_passes(tmp_path: Path):
    """Code, formulas and addresses may hold what prose may not."""
    path = example_book.make(tmp_path)
    raw = example_book.load(path)
    added("say-1", " `f{x}` and `<div>`, $a <b c> d$, <https://a.org/opt/data>, H<sub>2</sub>O")(
        raw
    )
    source("do-1", "def draw(w):\n    plt.plot([0, w])\n\n\ninteract(draw, alt='{w}', w=[0])")(raw)
    example_book.save(path, raw)
    notebooks.tidy([path], tmp_path)

    assert notebooks.lint([path], tmp_path) == []


def test_homework_has_no_solution(tmp_path: Path):
    """In a graded task three cells make an exercise, and a fourth one is a finding."""
    chapter = example_book.make(tmp_path)
    raw, path = example_book.load(chapter), chapter.parent / "homework" / "hw1_example.ipynb"
    path.parent.mkdir()

    found = []
    for change in (lambda raw: None, without("sums-add-solution")):
        change(raw)
        example_book.save(path, raw)
        found.append([line for line in notebooks.lint([path], tmp_path) if "exercises" in line])

    assert len(found[0]) == 1 and "homework shows no solution" in found[0][0]
    assert found[1] == []


def test_only_the_lesson_counts_for_the_rhythm(tmp_path: Path):
    """The cells of an exercise, generated and removed ones are left out, and no other."""
    path = example_book.make(tmp_path)
    raw = example_book.load(path)
    renamed("do-1", "sums-add-after")(raw)
    example_book.save(path, raw)

    left_out = {each.id for each in reading.read(path, tmp_path).cells if not each.counted}

    exercise = {f"sums-add{part}" for part in ("", "-prompt", "-check", "-solution")}
    assert left_out == exercise | {"badge", "setup", "numbers"}


def test_lint_exits_with_one_when_it_finds_something(tmp_path: Path, capsys, monkeypatch):
    """The command prints a line for each finding and fails; on a good chapter it is silent."""
    path = example_book.make(tmp_path)
    monkeypatch.setattr(notebooks.lint, "__defaults__", (tmp_path,))

    assert notebooks.main(["lint", str(path)]) == 0
    assert capsys.readouterr().out == ""

    path.rename(path.with_name("02_moved.ipynb"))

    assert notebooks.main(["lint", str(path.with_name("02_moved.ipynb"))]) == 1
    assert "book/02_moved.ipynb: -: stored_form: run `make tidy`" in capsys.readouterr().out
