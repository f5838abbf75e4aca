"""Why somebody did something, in their own words: whether it can be kept. It does not know whether one is wanted."""

from engine.billing.text import text_problems
from engine.errors import Invalid

LONGEST = 2000
MOST_LINES = 40


def readable(subject: str, reason: str) -> str:
    """
    The reason without space around it.

    Raises:
        Invalid: it is too long, or holds what no database keeps and no page shows (NUL, halves of surrogate pairs).
    """
    plain = reason.replace("\r\n", "\n").replace("\t", " ").strip()
    if plain and (problems := text_problems("reason", plain, LONGEST, lines=MOST_LINES)):
        raise Invalid(subject, problems)
    return plain
