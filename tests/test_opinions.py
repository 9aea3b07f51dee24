"""The opinions: balanced, each said once, and the same in both languages."""

import re
from collections import Counter
from dataclasses import FrozenInstanceError
from importlib import resources
from itertools import combinations

import pytest

from coursekit import data
from coursekit.data.opinions import TOPICS

OPINIONS = {language: data.opinions(language) for language in ("en", "es")}


def words(text: str) -> set[str]:
    """Return the words of a sentence, in small letters."""
    return set(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize("language", OPINIONS)
def test_each_topic_is_praised_as_often_as_blamed(language):
    """Forty sentences for each of three topics and two feelings."""
    counts = Counter((opinion.topic, opinion.feeling) for opinion in OPINIONS[language])

    assert counts == {(topic, feeling): 40 for topic in TOPICS for feeling in (0, 1)}
    assert {opinion.language for opinion in OPINIONS[language]} == {language}


def test_a_pair_is_about_the_same_thing_in_both_languages():
    """The k-th sentence of each language has number k, one topic and one feeling."""
    for k, (english, spanish) in enumerate(zip(OPINIONS["en"], OPINIONS["es"], strict=True)):
        assert english.pair == spanish.pair == k
        assert (english.topic, english.feeling) == (spanish.topic, spanish.feeling)
        assert english.text != spanish.text


@pytest.mark.parametrize("language", OPINIONS)
def test_no_sentence_is_said_twice_in_other_words(language):
    """No two sentences share 40 % of their words, so none of them gives another one away."""
    bags = [words(opinion.text) for opinion in OPINIONS[language]]

    closest = max(
        combinations(bags, 2), key=lambda pair: len(pair[0] & pair[1]) / len(set.union(*pair))
    )

    assert len(set.intersection(*closest)) / len(set.union(*closest)) < 0.4, closest


@pytest.mark.parametrize("language", OPINIONS)
@pytest.mark.parametrize("label", ["topic", "feeling"])
def test_no_word_gives_the_answer_away(language, label):
    """A word that tells the class without fail stands in at most 10 of the 240 sentences."""
    places: dict[str, list[object]] = {}
    for opinion in OPINIONS[language]:
        for word in words(opinion.text):
            places.setdefault(word, []).append(getattr(opinion, label))

    sure = {word: len(found) for word, found in places.items() if len(set(found)) == 1}

    assert max(sure.values()) <= 10, sorted(sure, key=sure.__getitem__)[-3:]


@pytest.mark.parametrize("language", OPINIONS)
def test_sentences_differ_in_length_and_are_sentences(language):
    """Three to twenty words, from a capital letter to a full stop or a question mark."""
    lengths = [len(opinion.text.split()) for opinion in OPINIONS[language]]

    assert 3 <= min(lengths) <= 5 and 15 <= max(lengths) <= 20
    for opinion in OPINIONS[language]:
        assert re.fullmatch(r"¿?[A-ZÁÉÍÓÚÑ].*[.?]", opinion.text), opinion.text
        assert opinion.text == " ".join(opinion.text.split())


def test_english_is_ascii_and_spanish_keeps_its_accents():
    """The file is UTF-8: no accent was lost or doubled on the way."""
    raw = resources.files("coursekit.data").joinpath("opinions.csv").read_bytes()
    letters = set("".join(opinion.text for opinion in OPINIONS["es"]))

    assert all(opinion.text.isascii() for opinion in OPINIONS["en"])
    assert {letter for letter in letters if not letter.isascii()} == set("áéíóúñü¿")
    assert b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf")


def test_an_unknown_language_is_refused():
    """The error names the language that was meant."""
    with pytest.raises(ValueError, match="unknown language 'EN': did you mean 'en'"):
        data.opinions("EN")
    with pytest.raises(ValueError, match="unknown language 'fr'"):
        data.opinions("fr")


def test_an_opinion_cannot_be_changed():
    """What somebody said stays said."""
    with pytest.raises(FrozenInstanceError):
        OPINIONS["en"][0].feeling = 0
