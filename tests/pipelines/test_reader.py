"""Reading YAML strictly: every value stays its text and knows its place, and nothing hostile takes long."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.problems import MOST_PROBLEMS, Report
from pipelines.reader import Items, Table, Text, read


def told(text: str) -> list[str]:
    report = Report("pipelines.yaml")
    read(text, report)
    return [f"{problem.line}:{problem.column} {problem.code}" for problem in report.in_order()]


@pytest.mark.parametrize(
    "written",
    ["on", "off", "yes", "NO", "1:30", "010", "0x1F", "20.50", "1_000", "~", "null", "2026-10-01", "1e3", ".inf", "="],
)
def test_a_value_stays_the_text_that_was_written(written):
    root = read(f"{written}: {written}\n", Report("f"))

    assert isinstance(root, Table)
    [entry] = root.entries
    assert (entry.key.value, entry.value.value) == (written, written)
    assert not entry.value.empty


@pytest.mark.parametrize(("written", "value"), [("''", ""), ('"a b"', "a b"), ("|\n  a\n  b\n", "a\nb\n"), ("ü", "ü")])
def test_quotes_and_blocks_are_ways_to_write_text(written, value):
    root = read(f"key: {written}", Report("f"))

    assert isinstance(root, Table)
    assert root.entries[0].value.value == value
    assert not root.entries[0].value.empty


def places(node) -> list[tuple[int, int, int]]:
    parts = node.items if isinstance(node, Items) else ()
    if isinstance(node, Table):
        parts = [part for entry in node.entries for part in (entry.key, entry.value)]
    return [(node.at.line, node.at.column, node.at.length)] + [place for part in parts for place in places(part)]


def test_every_value_knows_its_place():
    root = read("one:\n  - zwei ☃ x\n  - {drei: '4'}\n", Report("f"))

    assert places(root)[1:2] == [(1, 1, 3)]
    assert [place for place in places(root) if place[0] > 1][-4:] == [(2, 5, 8), (3, 5, 1), (3, 6, 4), (3, 12, 3)]


def test_windows_line_ends_do_not_shift_places():
    assert told("a: 1\r\nb: 2\r\na: 3\r\n") == ["3:1 E113"]


def test_equal_keys_anchors_tags_and_strange_escapes_are_told_in_one_reading():
    assert told('a: &x 1\nb: !!int 2\na: 3\nc: "\\0"\nd: *x\n<<: {}\n') == [
        "1:4 E107", "2:4 E109", "3:1 E113", "4:4 E103", "5:4 E108", "6:1 E110",
    ]  # fmt: skip


def test_every_line_with_a_strange_character_is_told():
    assert told("a:\tb\nc: d\ne: \x00\n\ufefff: g\n") == ["1:3 E102", "3:4 E103", "4:1 E103"]


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

HOSTILE = {
    "an alias bomb": (LAUGHS, "1:4 E107"),
    "sixty thousand aliases": ("a: &a 1\nb: [" + "*a," * 60_000 + "]\n", "1:4 E107"),
    "an anchor that holds itself": ("a: &a [*a]\n", "1:4 E107"),
    "a merge bomb": ("a: &a {x: 1}\n" + "".join(f"k{n}:\n  <<: [*a, *a]\n" for n in range(2_000)), "1:4 E107"),
    "400,000 keys": ("".join(f"k{number}: 1\n" for number in range(400_000)), "1:1 E104"),
    "as many keys as fit": ("".join(f"k{number}: 1\n" for number in range(22_000)), "2500:8 E106"),
    "keys in one line": ("{" + "".join(f"a{number}," for number in range(37_000)), "1:13891 E106"),
    "lists 100,000 deep": ("[" * 100_000, "1:21 E105"),
    "mappings 100,000 deep": ("{a: " * 60_000, "1:81 E105"),
    "dashes 100,000 deep": ("- " * 100_000, "1:41 E105"),
    "questions 100,000 deep": ("? " * 100_000, "1:41 E105"),
    "blocks as deep as fit": ("".join(" " * depth + "a:\n" for depth in range(700)), "21:21 E105"),
    "over 256 KB": ("a: " + "x" * 262_144, "1:1 E104"),
    "over 256 KB of two bytes each": ("a: " + "ü" * 140_000, "1:1 E104"),
    "a Python object": ("a: !!python/object/apply:os.system [id]\n", "1:4 E109"),
    "a Python name": ("a: !!python/name:os.system\n", "1:4 E109"),
    "equal keys": ("a: 1\n" * 9_000, "2:1 E113"),
    "a tab": ("a:\n\tb: 1\n", "2:1 E102"),
    "a quarter of a million tabs": ("\t\n" * 130_000, "1:1 E102"),
    "a byte order mark": ("\ufeffa: 1\n", "1:1 E103"),
    "a NUL": ("a: \x00\n", "1:4 E103"),
    "UTF-16": ("a: 1".encode("utf-16-le").decode("utf-8", "surrogateescape"), "1:2 E103"),
    "many documents": ("---\na: 1\n" * 20_000, "3:1 E111"),
    "a quote that never ends": ('a: "' + "x\n" * 120_000, "1:4 E101"),
    "an endless key": ("a" * 250_000 + ": 1\n", "1:250001 E101"),
    "an endless comment": ("#" * 250_000, "1:1 E115"),
    "empty lines": ("\n" * 250_000, "1:1 E115"),
    "colons": (": " * 100_000, "1:1 E101"),
    "ampersands": ("&a " * 60_000, "1:1 E107"),
    "an anchor a key": ("".join(f"&a{number} k{number}: 1\n" for number in range(2_000)), "1:1 E107"),
}


A_HANG = 5.0  # seconds of CPU; what these take is measured in milliseconds, what grows with the square takes minutes


@pytest.mark.parametrize(("text", "first"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_at_its_place_and_hangs_nothing(text, first):
    report = Report("pipelines.yaml")
    begun = time.process_time()
    read(text, report)
    took = time.process_time() - begun
    found = report.in_order()

    assert f"{found[0].line}:{found[0].column} {found[0].code}" == first
    assert len(found) <= MOST_PROBLEMS + 1
    assert took < A_HANG


@pytest.mark.parametrize("text", [LAUGHS, "[" * 100_000, "a: &a 1\nb: [" + "*a," * 60_000 + "]\n"])
def test_hostile_text_takes_little_memory(text):
    tracemalloc.start()
    read(text, Report("pipelines.yaml"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 20_000_000


yaml_like = st.text(alphabet="ab: -\n[]{},\"'&*!|>#%@`?<~\t\\\r\x85\u2028é", max_size=60)


@given(yaml_like | st.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_no_text_whatever_ends_in_anything_but_a_value_or_problems(text):
    report = Report("pipelines.yaml")
    root = read(text, report)
    lines = text.count("\n") + text.count("\r") + 1

    assert root is not None or report.errors
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in report.in_order())


plain = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@given(st.lists(st.tuples(plain, plain), unique_by=lambda pair: pair[0], max_size=8))
def test_what_was_written_is_what_is_read(pairs):
    text = "".join(f"{key}: {value}\n" for key, value in pairs) or "{}"
    root = read(text, Report("f"))

    assert isinstance(root, Table)
    assert [(entry.key.value, entry.value.value) for entry in root.entries] == pairs
    assert [entry.key.at.line for entry in root.entries] == list(range(1, len(pairs) + 1))
    assert all(
        isinstance(entry.value, Text) and entry.value.at.length == len(entry.value.value) for entry in root.entries
    )
