"""The words of the invoice are whole in every language."""

import pytest

from renderers.words import languages, spoken_language, words


@pytest.mark.parametrize("language", languages())
def test_a_language_has_every_word_and_no_word_twice_where_both_are_labels_of_a_row(language):
    say = words(language)

    assert all(say.values())
    assert say.keys() == words("en").keys()
    assert len({say[row] for row in ("payment", "agreement", "payout")}) == 3
    assert len({say[row] for row in ("net", "tax", "gross")}) == 3


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("de", "de"), ("de-CH", "de-CH"), ("fr_BE", "fr_BE"), ("pl", "en"), ("", "en"), ("deu", "en"), ("../de", "en")],
)
def test_a_language_that_we_do_not_speak_is_english(asked, spoken):
    assert spoken_language(asked) == spoken
