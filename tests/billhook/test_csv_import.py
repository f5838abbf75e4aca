"""CSV files are read strictly: what cannot be taken is named by file and line, with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhook.csv_import import MOST_BYTES, MOST_ROWS, parse, take
from engine.billing.errors import Problem
from engine.intake import Intake
from engine.partners import NewPartner, NewReward

HEADINGS = "code,name,country,language,main_contact_name,main_contact_email,pipeline"
ROW = "DE-1,Nord GmbH,DE,de,Anna,anna@example.com,"
NORD = NewPartner("DE-1", "Nord GmbH", "DE", "de", "Anna", "anna@example.com", "")
SHORT = HEADINGS.removesuffix(",pipeline")


def partners(content: bytes | str, **renamed: str):
    raw = content.encode() if isinstance(content, str) else content
    return parse(raw, NewPartner, file="p.csv", renamed=renamed)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADINGS}\n{ROW}\n",
        f"\ufeff{HEADINGS}\r\n{ROW}\r\n",
        f"{HEADINGS}\n\n   \n,,,,,,\n{ROW}",
        f"{HEADINGS}\n{ROW}\n".replace(",", ";"),
        f"{HEADINGS}\n{ROW}\n".replace(",", "\t"),
        f"{HEADINGS.upper()}\n {ROW.replace(',', ' , ')}\n",
        f"{SHORT}\n{ROW.removesuffix(',')}\n",
    ],
    ids=["plain", "byte order mark", "blank lines", "semicolons", "tabs", "capitals and spaces", "no pipeline"],
)
def test_what_spreadsheets_save_is_read(content):
    sheet = partners(content)

    assert ([row for _, row in sheet.rows], sheet.bad) == ([NORD], ())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "p.csv:1: The file is empty. Its first line is: code,name,"),
        (f"{HEADINGS}\nM\xfcller".encode("latin-1"), "p.csv:2: This is not UTF-8. Save the file as CSV UTF-8."),
        (f"{HEADINGS}\nA\x00".encode(), "p.csv:2: There is a NUL here, so this is no text file."),
        (b"x" * (MOST_BYTES + 1), "p.csv:1: The file has over 10 MB. Split it."),
        (HEADINGS.replace("country", "cuntry").encode(), "p.csv:1: cuntry: No heading is called 'cuntry'. "
         "Did you mean 'country'?"),
        (SHORT.replace("country,", "").encode(), "p.csv:1: country: The heading is missing. Add the column, or name "
         "yours: --map theirs=country"),
        (",".join(f"column_{each}" for each in range(200_000)).encode(), "p.csv:1: The line has 200000 headings, and "
         "over 50 are not looked at. Keep the columns code, name,"),
        (f"{HEADINGS},{'x' * 9000}".encode(), f"p.csv:1: {'x' * 100}: No heading is called '{'x' * 100}'. Known:"),
        (f"{HEADINGS},code".encode(), "p.csv:1: code: The heading 'code' is there 2 times. Keep one."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(content, told):
    sheet = partners(content)

    assert str(sheet.bad[0]).startswith(told)
    assert sheet.rows == ()


def test_a_row_of_another_width_is_named_by_its_line_and_the_others_are_read():
    sheet = partners(f'{HEADINGS}\n{ROW},more\nDE-1,"Nord\nGmbH"\n{ROW}\n')

    assert [str(row) for row in sheet.bad] == [
        "p.csv:2: The row has 8 cells and the headings are 7. Quote cells that hold a separator.",
        "p.csv:3: The row has 2 cells and the headings are 7. Quote cells that hold a separator.",
    ]
    assert sheet.rows == ((5, NORD),)


def test_other_headings_are_taken_under_our_names():
    sheet = partners(f"{HEADINGS.replace('code', 'Partner No')}\n{ROW}", **{"Partner No": "code"})

    assert sheet.rows == ((2, NORD),)


def test_where_headings_cannot_be_renamed_no_option_is_named():
    sheet = parse(SHORT.replace("country,", "").encode(), NewPartner, file="p.csv")

    assert str(sheet.bad[0]) == "p.csv:1: country: The heading is missing. Add the column."


def test_a_renaming_of_a_heading_that_is_not_there_is_told():
    sheet = partners(f"{HEADINGS}\n{ROW}", Nr="code")

    assert str(sheet.bad[0]).startswith("p.csv:1: Nr: --map names a heading that the file does not have. It has: code,")


def test_an_empty_status_is_pending():
    sheet = parse(
        b"reference,partner,description,amount,currency,occurred_on,status\nR,P,D,1.00,EUR,2026-10-01,\n",
        NewReward, file="r.csv",
    )  # fmt: skip

    assert sheet.rows[0][1].status == "pending"


def test_an_unclosed_quotation_mark_ends_the_reading_with_its_line():
    sheet = partners(f'{HEADINGS}\n{ROW}\n"{"x" * 200_000}')

    assert "p.csv:3: A cell has over 131072 characters" in str(sheet.bad[0])
    assert len(sheet.rows) == 1


def test_more_rows_than_the_limit_are_not_read_on():
    sheet = partners(f"{HEADINGS}\n" + "\n".join([ROW] * (MOST_ROWS + 5)))

    assert len(sheet.rows) == MOST_ROWS
    assert [str(row) for row in sheet.bad] == [
        "p.csv:100002: The file has over 100000 rows. Split it; nothing after this line was read."
    ]


@pytest.mark.parametrize(("partial", "dry_run", "kept"), [
    (False, False, False), (True, False, True), (False, True, False), (True, True, False)])  # fmt: skip
def test_a_row_that_cannot_be_read_keeps_all_out_unless_in_part(partial, dry_run, kept):
    asked = []

    def add(rows, **how):
        asked.append(how)
        return Intake(1, ((0, (Problem("country", "it is none."),)),))

    imported = take(partners(f"{HEADINGS}\n{ROW}\n{ROW}\nshort"), add, partial=partial, dry_run=dry_run)

    assert asked == [{"partial": partial, "dry_run": not kept}]
    assert [str(row)[:16] for row in imported.bad] == ["p.csv:2: country", "p.csv:4: The row"]


@given(st.binary(max_size=300))
def test_no_content_is_too_strange_to_be_answered(content):
    sheet = partners(content)

    assert all(str(row).startswith("p.csv:") for row in sheet.bad)
