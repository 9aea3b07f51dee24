"""Spanish number words: every number has its own, and the irregular ones are right."""

import pytest

from coursekit import data


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "cero"),
        (16, "dieciséis"),
        (22, "veintidós"),
        (31, "treinta y uno"),
        (100, "cien"),
        (101, "ciento uno"),
        (700, "setecientos"),
        (1000, "mil"),
        (1999, "mil novecientos noventa y nueve"),
        (2047, "dos mil cuarenta y siete"),
        (21_001, "veintiún mil uno"),
        (31_000, "treinta y un mil"),
        (100_021, "cien mil veintiuno"),
        (121_000, "ciento veintiún mil"),
        (999_999, "novecientos noventa y nueve mil novecientos noventa y nueve"),
    ],
)
def test_numbers_are_spelled_as_in_the_grammar(n: int, words: str):
    """Small numbers, hundreds and thousands are spelled as the academy's grammar says."""
    assert data.number_words(n) == words


def test_no_two_numbers_share_their_words():
    """Each number below 20,000 has words of its own, so they can be translated back."""
    words = [data.number_words(n) for n in range(20_000)]

    assert len(set(words)) == len(words)


@pytest.mark.parametrize("n", [-1, 1_000_000])
def test_numbers_out_of_range_are_refused(n: int):
    """A number that has no words here raises an error that shows it."""
    with pytest.raises(ValueError, match=r"-1|1000000"):
        data.number_words(n)
