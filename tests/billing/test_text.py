"""Which text can be read on a document: something of it is seen, and no two references look alike."""

import pytest

from engine.billing.text import is_readable, is_visible, reference_problems, text_problems

#: Zero-width marks, joiners, fillers of Hangul, a blank of Braille, what chooses a shape, tags, a soft hyphen.
UNSEEN = [
    "\u200b" * 5, "\u2060\u2060", "\u3164", "\uffa0", "\u115f\u1160", "\u2800", "\ufe0f", "\u034f", "\u00ad",
    "\U000e0041", "\U000e0100", "\u17b4", "\u180e", "\u200d \u00a0", "\u0301", "\U0001d159", "\ufffc",
]  # fmt: skip


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_text_of_which_nothing_is_seen_is_refused(text):
    [problem] = text_problems("city", text, 80)

    assert problem.sentence == "The text has no character that can be seen; write it with letters or digits."
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["Weg 1", "北京", "حساب", "👩🏽‍💻", "می‌خواهم", "e\u0301", "-", "1\u200b"])
def test_text_of_which_something_is_seen_is_welcome(text):
    assert is_visible(text)
    assert text_problems("city", text, 80) == []


@pytest.mark.parametrize(
    ("text", "readable"), [("Weg", True), ("7", True), ("株", True), ("🐍🎁", False), ("-!", False), ("\u3164", False)]
)
def test_only_letters_and_digits_are_read(text, readable):
    assert is_readable(text) == readable


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("RW-1\u200b", "It holds characters that cannot be seen; write it without them."),
        ("RW\u00ad-1", "It holds characters that cannot be seen; write it without them."),
        ("RW\u00a01", "It holds characters that cannot be seen; write it without them."),
        ("RW-1\ufe0f", "It holds characters that cannot be seen; write it without them."),
        ("RW-1\ufffc", "It holds characters that cannot be seen; write it without them."),
        ("RW-1\U00016fe4", "It holds characters that cannot be seen; write it without them."),
        ("RW-1 ", "It begins or ends with a space; write it without."),
        ("\u3164", "The text has no character that can be seen; write it with letters or digits."),
    ],
    ids=ascii,
)
def test_a_reference_that_looks_like_another_is_refused(reference, told):
    [problem] = reference_problems("reference", reference, 64)

    assert problem.sentence == told


@pytest.mark.parametrize("reference", ["RW-1", "2026 / 7", "Überweisung 3", "請求書-1"])
def test_a_reference_may_be_in_any_writing(reference):
    assert reference_problems("reference", reference, 64) == []
