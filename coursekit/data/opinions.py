"""What people say about a film, a record or a meal: 240 sentences in English and in Spanish.

The sentences were made up for this course; the table is `opinions.csv` beside this file. Each row
says the same thing in both languages, as a speaker of each would say it.
"""

import csv
from dataclasses import dataclass
from importlib import resources

from coursekit import validate

TOPICS = ("film", "music", "food")
LANGUAGES = {"en": "English", "es": "Spanish"}


@dataclass(frozen=True)
class Opinion:
    """One sentence, what it is about, and whether its author was pleased."""

    text: str
    topic: str  # one of TOPICS
    feeling: int  # 1 pleased, 0 not
    language: str  # one of LANGUAGES
    pair: int  # 0 to 239, the same for the same sentence in the other language


def opinions(language: str = "en") -> tuple[Opinion, ...]:
    """Return the 240 opinions of a language, 40 for each topic and feeling, in order of `pair`.

    Neighbours share topic and feeling, so shuffle before you split. The sentences of English and
    Spanish stand in the same order.

    Raises:
        ValueError: if the language is not "en" or "es".
    """
    validate.choice(language, LANGUAGES, "language")
    text = resources.files("coursekit.data").joinpath("opinions.csv").read_text("utf-8")
    return tuple(
        Opinion(row[language], row["topic"], int(row["feeling"]), language, int(row["pair"]))
        for row in csv.DictReader(text.splitlines())
    )
