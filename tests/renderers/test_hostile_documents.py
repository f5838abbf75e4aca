"""
Whatever a stranger writes into any field, each format holds it as text and nothing more: no element, no fetch, no
attachment, no script, and every total still there.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any

import pytest
from lxml import etree

from engine.agreements import AgreementView
from engine.billing.invoice import Invoice, PaymentDetails, restore
from renderers import agreement
from renderers.html import InvoiceHtml
from renderers.pdf import InvoicePdf
from renderers.reading import attached_to, text_of
from renderers.snapshot import InvoiceJson
from tests.archived import flaws
from tests.e_invoices import INVOICES, credited

# What no stranger words: billhook's own, or a code whose letters a form holds to its pattern.
OURS = {
    "type_code", "number", "country", "category", "exemption_code", "language", "template", "logo", "vat_number",
    "iban", "bic", "Currency.code", "text_hash", "tax_rule", "tax_name", "per",
}  # fmt: skip
PAYLOADS = [
    "<script>alert(1)</script><x:y/>",
    "]]></ram:Name><!ENTITY e SYSTEM 'file:///x'>&e;",
    "&lt;b&gt; &#0; &amp;amp; %00 &nbsp",
    "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>",
    ") >> /OpenAction << /JS (alert(1)) >> endobj %",
    '"; } @page { display: none } \\22 \\a */ <!--',
    "{{ 7 * 7 }}{% raw %}%(number)s ${gross} {0}",
    "=HYPERLINK(1) @SUM -1+1 ../../etc/passwd\\..",
    "Total TTC à payer 0,00 EUR TVA 0,00",
]
BOTH = pytest.mark.parametrize("kind", ["invoice", "credit note"])


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("format", ["cii", "ubl"])
@BOTH
def test_a_stranger_changes_the_texts_of_the_xml_and_nothing_else(kind, format, payload, xml):
    plain, hostile = (etree.fromstring(xml(filled(kind, each), format)) for each in ("", payload))

    assert elements(hostile) == meant(elements(plain), payload)
    assert b"<!" not in xml(filled(kind, payload), format)
    assert hostile.getroottree().docinfo.internalDTD is None


@pytest.mark.parametrize("payload", PAYLOADS)
@BOTH
def test_a_stranger_changes_the_texts_of_the_page_and_nothing_else(kind, payload):
    plain, hostile = (InvoiceHtml(None).render(filled(kind, each), {}).content for each in ("", payload))

    assert Heard.in_page(loose(hostile)) == meant(Heard.in_page(loose(plain)), payload)


def loose(page: bytes) -> bytes:
    """Without what keeps a number on its line and sets a name of long words smaller."""
    return page.replace("\xa0".encode(), b" ").replace(b'"name tight"', b'"name"')


@pytest.mark.parametrize("payload", PAYLOADS)
@BOTH
def test_the_json_gives_back_every_field_as_it_was_written(kind, payload):
    body = json.loads(InvoiceJson(None).render(filled(kind, payload), {}).content)

    assert restore(json.dumps(body["invoice"])) == filled(kind, payload)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        *(("invoice", payload) for payload in PAYLOADS),
        ("credit note", PAYLOADS[0]),
        *(pytest.param("credit note", payload, marks=pytest.mark.long) for payload in PAYLOADS[1:]),
    ],
)
def test_the_pdf_says_its_totals_and_holds_its_xml_alone(kind, payload, press, xml):
    invoice = filled(kind, payload)
    pdf = InvoicePdf(press).render(invoice, {}).content

    assert attached_to(pdf) == {"factur-x.xml": xml(invoice, "cii")}
    assert amounts(text_of(pdf)) >= {"183,83EUR", "26,88EUR", "210,71EUR"}
    assert flaws(pdf) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_stranger_changes_the_texts_of_an_agreements_record_and_nothing_else(payload, press):
    plain, hostile = (agreement.page(record(each), buyer=f"F400{each}") for each in ("", payload))
    pdf = agreement.record_pdf(press, record(payload), buyer=f"F400{payload}").content

    assert Heard.in_page(hostile.encode()) == meant(Heard.in_page(plain.encode()), payload)
    assert "".join(f"F307{payload}".split()) in "".join(text_of(pdf).split())
    assert (attached_to(pdf), flaws(pdf, attached=0)) == ({}, [])


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "file:///etc/passwd"])
def test_an_address_in_any_field_is_never_called(address, press, listener):
    address = address.format(port=listener.getsockname()[1])
    for way in ("<img src='{}'>", "url({})", "<link rel=attachment href='{}'>", "<iframe src='{}'>"):
        pdf = InvoicePdf(press).render(filled("invoice", way.format(address)), {}).content

        assert list(attached_to(pdf)) == ["factur-x.xml"]
        assert flaws(pdf) == []
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    "logo",
    [
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='{}'/><use href='{}#a'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><style>@import url({});</style><script>alert(1)</script></svg>",
        "<!DOCTYPE svg [<!ENTITY e SYSTEM '{}'>]><svg xmlns='http://www.w3.org/2000/svg'><text>&e;</text></svg>",
        "%!PS-Adobe-3.0 EPSF-3.0\n({}) run",
        "",
    ],
)
def test_a_logo_that_came_past_the_cleaning_reaches_nothing_either(logo, press, listener):
    for address in (f"http://127.0.0.1:{listener.getsockname()[1]}/", "file:///etc/passwd"):
        invoice = replace(INVOICES["several rates"], logo="ab" * 32)
        pdf = InvoicePdf(press).render(invoice, {invoice.logo: logo.replace("{}", address).encode()}).content

        assert list(attached_to(pdf)) == ["factur-x.xml"]
        assert flaws(pdf) == []
        assert "root:" not in text_of(pdf)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_every_text_of_an_invoice_is_a_strangers_or_known_as_ours():
    names = {name.rpartition(".")[2] for name, _ in texts(filled("invoice", ""))}

    assert {"legal_name", "line1", "email", "description", "reference", "footer", "other", "mentions"} <= names
    assert all(each.startswith("F") for name, each in texts(filled("invoice", "")) if not is_ours(name))


def filled(kind: str, payload: str) -> Invoice:
    """An invoice, or its credit note, whose every foreign text is a mark of its own with the payload behind."""
    whole = INVOICES["several rates"]
    whole = credited(whole) if kind == "credit note" else whole
    party = {"tax_number": "x", "legal_number": "x", "email": "x", "code": "x"}
    seller, buyer = (
        replace(each, **party, address=replace(each.address, line2="x", region="x"))
        for each in (whole.seller, whole.buyer)
    )
    payment = PaymentDetails(account_holder="x", other="x")
    marks = iter(f"F{at}{payload}" for at in range(100, 999))
    return _worded(replace(whole, seller=seller, buyer=buyer, payment=payment, footer="x"), "", marks)


def record(payload: str) -> AgreementView:
    """An agreement on paper whose every foreign text is a mark of its own with the payload behind."""
    at = "2026-01-05T09:00:00.000000Z"
    return AgreementView(
        partner=f"F301{payload}", version=1, life="revoked", text_version="2026-1", sha256="a" * 64, language="fr",
        text=f"F302{payload}\nF303{payload}", clauses=(), scope="", vat_number=f"F304{payload}",
        seller_status="registered", method="paper", accepted_by=f"F305{payload}", accepted_at=at,
        accepted_from=f"F306{payload}", signed_by=f"F307{payload}", signed_on="2026-01-05", evidence="b" * 64,
        valid_from=at, valid_until=at, first_day=at[:10], end_day=at[:10], revoked_at=at,
        revoked_reason=f"F308{payload}", silence_days=0, accepted_by_name=f"F309{payload}", revoked_by=f"F310{payload}",
        revoked_by_name=f"F311{payload}", seller_name=f"F312{payload}", buyer_name=f"F313{payload}",
        buyer_number=f"F314{payload}", buyer_register=f"F315{payload}",
    )  # fmt: skip


def is_ours(name: str) -> bool:
    return name in OURS or name.rpartition(".")[2] in OURS


def _worded(value: Any, name: str, marks: Iterator[str]) -> Any:
    if isinstance(value, str):
        return value if is_ours(name) else next(marks)
    if isinstance(value, tuple):
        return tuple(_worded(each, name, marks) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part: _worded(each, full, marks) for part, full, each in _parts(value)})
    return value


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in it, with the class and name of its field."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each, name)
    elif is_dataclass(value):
        for _, full, each in _parts(value):
            yield from texts(each, full)


def _parts(value: Any) -> list[tuple[str, str, Any]]:
    return [(each.name, f"{type(value).__name__}.{each.name}", getattr(value, each.name)) for each in fields(value)]


def meant(plain: list[Any], payload: str) -> list[Any]:
    """What a reader should find: what it finds in the plain one, and behind each mark the payload."""
    return [re.sub(r"F[1-9][0-9]{2}", lambda mark: mark[0] + payload, each) for each in plain]


def elements(root: Any) -> list[str]:
    """Every node of the tree in order, with its attributes and its text."""
    return [f"{each.tag} {sorted(each.attrib.items())} {each.text}" for each in root.iter()]


class Heard(HTMLParser):
    """What a browser's parser hears: each tag with its attributes, each text, whatever else there is."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.handle_endtag = self.handle_comment = self.handle_decl = self.handle_pi = self.unknown_decl = self._note()

    @classmethod
    def in_page(cls, page: bytes) -> list[str]:
        parser = cls()
        parser.feed(page.decode())
        parser.close()
        return parser.heard

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.heard += [f"<{tag}>", *(f"{name}={value}" for name, value in attrs)]

    def handle_data(self, data: str) -> None:
        self.heard.append(data)

    def _note(self) -> Callable[[str], None]:
        return lambda what: self.heard.append(f"!{what}")


def amounts(text: str) -> set[str]:
    """The amounts with a currency behind, without spaces."""
    return set(re.findall(r"[0-9]+,[0-9]{2}EUR", re.sub(r"\s", "", text)))
