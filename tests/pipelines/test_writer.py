"""What is written of definitions reads again as they are."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.definition import Onboarding, Stage, Step
from engine.registry import Registry
from pipelines.compiler import compile_file
from pipelines.writer import written

SHIPPED = Path(__file__).parents[2] / "pipelines.yaml"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co")), max_size=90
)
TITLES = WORDS.filter(lambda text: text.strip() and text.isprintable())
NOTES = st.lists(WORDS, max_size=4).map("\n".join)


def read(text, registry):
    return compile_file(text, file="pipelines.yaml", registry=registry)


def test_the_shipped_file_is_the_same_but_for_its_comments():
    registry = Registry.load()
    first = read(SHIPPED.read_text(encoding="utf-8"), registry)
    again = read(written(first.definitions), registry)

    assert (again.problems, again.definitions) == (first.problems, first.definitions)


def test_arrows_that_differ_in_where_they_begin_alone_are_one_entry(whole, registry):
    text = written(read(whole, registry).definitions)

    assert text.count("trigger: cancel") == 1
    assert "from: [Draft, Pending, Ready]" in text


def test_due_days_and_reminders_stay_as_they_are(whole, registry):
    first = read(whole.replace("title: Company,", "title: Company, due: 2 weeks, remind: [1 week, 1 day],"), registry)
    text = written(first.definitions)

    assert read(text, registry).definitions == first.definitions
    assert "due: 14 days\n" in text and "remind: [7 days, 1 day]\n" in text


@given(title=TITLES, note=NOTES, required=st.booleans(), approval=st.booleans())
def test_whatever_titles_and_texts_say_stays_as_it_is(registry, title, note, required, approval):
    fields = [{"name": note, "kind": "number", "required": required}]
    asked = Step("company", "form", title, required, approval, {"fields": fields, "most": 7, "share": 0.25, "note": ""})
    opt_in = Step("opt_in", "self_invoicing", "Opt in or out")
    pipeline = Onboarding("referral", title, (Stage("start", title, (asked, opt_in)),), default=True)

    assert read(written([pipeline]), registry).definitions == [pipeline]
