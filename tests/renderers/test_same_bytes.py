"""The same invoice gives the same bytes, in whichever process and surroundings: so a retry can do no harm."""

import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image

from engine.billing.invoice import canonical
from renderers.cii import InvoiceCii
from renderers.html import InvoiceHtml
from renderers.phrases import languages
from renderers.press import logo
from renderers.snapshot import InvoiceJson
from renderers.ubl import InvoiceUbl
from tests.e_invoices import ALL

WRITERS = (InvoiceCii, InvoiceUbl, InvoiceHtml, InvoiceJson)

ALL_ELSEWHERE = """
import sys
from hashlib import sha256
from engine.billing.invoice import restore
from renderers.pdf import InvoicePdf
from renderers.press import PressProcess
press = PressProcess()
for line in reversed(sys.stdin.buffer.read().decode().splitlines()):
    content = InvoicePdf(press).render(restore(line), {}).content
    sys.stdout.write(sha256(content).hexdigest() + " ")
press.close()
"""

WRITERS_ELSEWHERE = """
import sys
from hashlib import sha256
from engine.billing.invoice import restore
from renderers.cii import InvoiceCii
from renderers.html import InvoiceHtml
from renderers.snapshot import InvoiceJson
from renderers.ubl import InvoiceUbl
for line in reversed(sys.stdin.buffer.read().decode().split("\\n")):
    for writer in (InvoiceCii, InvoiceUbl, InvoiceHtml, InvoiceJson):
        sys.stdout.write(sha256(writer(None).render(restore(line), {}).content).hexdigest() + " ")
"""


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "ar_EG.UTF-8", "PYTHONHASHSEED": "0"},
        {
            "TZ": "UTC",
            "LC_ALL": "POSIX",
            "LC_NUMERIC": "fr_FR",
            "LANGUAGE": "de:nl",
            "PYTHONHASHSEED": "99",
            "SOURCE_DATE_EPOCH": "1",
        },
        pytest.param({"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8"}, marks=pytest.mark.long),
        pytest.param({"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "4242"}, marks=pytest.mark.long),
    ],
)
def test_every_language_and_script_is_the_same_bytes_in_another_process_elsewhere(draw, credit, printed, surroundings):
    invoices = [draw(3, language=each) for each in (*languages(), "de-CH", "en-GB")]
    scripts = draw(12, what="Κρήτη Ромашка Łódź")
    papers = [*invoices, credit(invoices[0]), replace(invoices[1], number=""), scripts]
    elsewhere = subprocess.run(
        [sys.executable, "-c", ALL_ELSEWHERE], input="\n".join(map(canonical, papers)).encode(),
        env={**os.environ, **surroundings}, capture_output=True, check=True,
    )  # fmt: skip

    assert elsewhere.stdout.decode().split() == [sha256(printed(each)).hexdigest() for each in reversed(papers)]


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "ar_EG.UTF-8", "PYTHONHASHSEED": "0"},
        {"TZ": "America/St_Johns", "LC_ALL": "POSIX", "LC_NUMERIC": "fr_FR", "PYTHONUTF8": "0", "PYTHONHASHSEED": "99"},
    ],
)
def test_xml_page_and_json_of_every_kind_are_the_same_bytes_elsewhere(surroundings):
    elsewhere = subprocess.run(
        [sys.executable, "-c", WRITERS_ELSEWHERE], input="\n".join(map(canonical, ALL.values())).encode(),
        env={**os.environ, **surroundings}, capture_output=True, check=True,
    )  # fmt: skip

    here = [[sha256(each(None).render(of, {}).content).hexdigest() for each in WRITERS] for of in ALL.values()]
    assert elsewhere.stdout.decode().split() == [each for of in reversed(here) for each in of]


def test_what_was_printed_before_changes_nothing(draw, printed):
    first = printed(draw(3))
    printed(draw(2, language="de", what="北京 עברית"))

    assert printed(draw(3)) == first


def test_a_logo_is_part_of_the_same_bytes(draw, printed):
    out = BytesIO()
    Image.effect_noise((300, 120), 90).save(out, "PNG")
    png = logo.clean(out.getvalue())
    invoice = draw(1, seller={"logo": "ab" * 32})

    assert logo.clean(out.getvalue()) == png
    assert printed(invoice, logo=png) == printed(invoice, logo=png)


def test_another_invoice_has_another_identifier(draw, printed):
    one, two = (printed(draw(1, payout=payout)) for payout in ("one", "two"))

    assert one[-2000:].partition(b"/ID")[2][:80] != two[-2000:].partition(b"/ID")[2][:80]
