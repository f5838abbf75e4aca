"""
The printed invoice is a tagged PDF/A-3 with its XML inside, as Factur-X wants it, and claims it only where it is one.

WeasyPrint does several things that PDF/A or readers of Factur-X do not take; for each there is a test here.
"""

import os
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from PIL import Image

from engine.billing.invoice import canonical
from engine.billing.money import Currency
from renderers.pdf import InvoicePdf
from renderers.press import logo
from renderers.reading import attached_to
from tests.archived import flaws
from tests.e_invoices import ALL, INVOICES, OUT, drawn, supplies
from tests.pictured import ABROAD

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
FACTUR_X = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
NO_FONT_HAS_ALL = {name for name in ALL if "hostile text" in name or name == "names of many writings"}
WRITINGS = {"Arabic": "شركة النور", "Hebrew": "שלום עולם", "Chinese": "佣金", "Japanese": "株式会社テスト"}
WORLDLY = {
    name: drawn(supplies(10_000, what=said), OUT, seller={**ABROAD, "legal_name": said}, language="en")
    for name, said in WRITINGS.items()
}  # fmt: skip
ELSEWHERE = """
import sys
from hashlib import sha256
from engine.billing.invoice import restore
from renderers.pdf import InvoicePdf
from renderers.press import PressProcess
press = PressProcess()
for line in reversed(sys.stdin.buffer.read().decode().splitlines()):
    sys.stdout.write(sha256(InvoicePdf(press).render(restore(line), {}).content).hexdigest() + " ")
press.close()
"""


@pytest.fixture(scope="module")
def png() -> bytes:
    """A cleaned logo with a transparent corner."""
    picture, out = Image.effect_noise((300, 120), 90).convert("RGBA"), BytesIO()
    picture.putpixel((0, 0), (0, 0, 0, 0))
    picture.save(out, "PNG")
    return logo.clean(out.getvalue())


@pytest.fixture(scope="module")
def with_logo(printed, png) -> bytes:
    return printed(drawn(supplies(10_000), seller={"logo": "ab" * 32}), logo=png)


@pytest.mark.parametrize("name", sorted(set(ALL) - NO_FONT_HAS_ALL))
def test_every_kind_is_a_pdf_a_3b_that_lacks_nothing(name, printed, tmp_path):
    pdf = printed(ALL[name])

    assert flaws(pdf) == []
    assert findings(pdf, tmp_path) == []


@pytest.mark.parametrize("name", WORLDLY)
def test_so_is_one_in_any_writing_that_a_font_is_there_for(name, worldly_press, tmp_path):
    document = InvoicePdf(worldly_press).render(WORLDLY[name], {})

    assert document.made_with["archive"] == "PDF/A-3b"
    assert flaws(document.content) == []
    assert findings(document.content, tmp_path) == []


def test_it_is_one_with_a_raster_logo_too(with_logo, tmp_path):
    assert flaws(with_logo) == ["pictures"]  # the logo, which is the only one
    assert findings(with_logo, tmp_path) == []


def test_no_picture_is_smoothed(with_logo):
    with pikepdf.open(BytesIO(with_logo)) as pdf:
        pictures = [each for each in pdf.objects if each_is(each, "/Subtype", "/Image")]

        assert len(pictures) == 2  # the logo and its transparency
        assert [bool(each.Interpolate) for each in pictures] == [False, False]


def test_there_is_one_rdf_and_it_says_part_3_and_the_level_of_factur_x(printed):
    with pikepdf.open(BytesIO(printed(INVOICES["standard rate"]))) as pdf:
        raw = bytes(pdf.Root.Metadata.read_raw_bytes())
        with pdf.open_metadata() as metadata:
            told = {name: metadata[FACTUR_X + name] for name in ("ConformanceLevel", "DocumentType", "Version")}
            named, part = metadata[FACTUR_X + "DocumentFileName"], metadata.pdfa_status

    assert raw.count(b"<rdf:RDF") == raw.count(b"</rdf:RDF>") == 1
    assert told == {"ConformanceLevel": "EN 16931", "DocumentType": "INVOICE", "Version": "1.0"}
    assert (named, part) == ("factur-x.xml", "3B")


def test_the_xml_stands_in_it_once_as_an_alternative(printed):
    with pikepdf.open(BytesIO(printed(INVOICES["standard rate"]))) as pdf:
        (named,) = pdf.Root.AF
        names = [str(each) for each in pdf.Root.Names.EmbeddedFiles.Names][::2]

        assert names == ["factur-x.xml"]
        assert (named.AFRelationship, named.F, named.UF) == ("/Alternative", "factur-x.xml", "factur-x.xml")
        assert named.EF.F.Subtype == "/text/xml"
        assert str(named.EF.F.Params.ModDate) == "D:20261123090000Z"


@pytest.mark.parametrize("name", ["standard rate", "hostile text", "credit: yen, told in euro"])
def test_the_xml_in_it_is_the_cii_byte_for_byte(name, press, xml):
    document = InvoicePdf(press).render(ALL[name], {})

    assert attached_to(document.content) == {"factur-x.xml": xml(ALL[name], "cii")}
    assert document.enclosed["cii"].content == xml(ALL[name], "cii")
    assert document.made_with["xml"] == "urn:cen.eu:en16931:2017"


def test_every_font_is_embedded_and_its_text_can_be_read(printed):
    with pikepdf.open(BytesIO(printed(INVOICES["Greek"]))) as pdf:
        fonts = [each for each in pdf.objects if each_is(each, "/Type", "/Font")]
        whole = [each for each in fonts if each.Subtype == "/Type0"]
        within = [each for each in fonts if each.Subtype == "/CIDFontType2"]

        assert len(fonts) == len(whole) + len(within) > 0
        assert all("/ToUnicode" in each for each in whole)
        assert all("/FontFile2" in each.FontDescriptor for each in within)


def test_colours_are_those_of_a_profile_within(printed):
    with pikepdf.open(BytesIO(printed(INVOICES["standard rate"]))) as pdf:
        (intent,) = pdf.Root.OutputIntents

        assert (intent.S, intent.DestOutputProfile.N) == ("/GTS_PDFA1", 3)


def test_it_is_tagged_and_speaks_its_language(printed):
    with pikepdf.open(BytesIO(printed(INVOICES["reverse charge"]))) as pdf:
        tags = {str(each.S) for each in pdf.objects if each_is(each, "/Type", "/StructElem")}

        assert {"/H1", "/Table", "/TH", "/TD", "/P"} <= tags
        assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("de", True)


@pytest.mark.parametrize("name", ["standard rate", "hostile text"])
def test_it_does_nothing_when_it_is_opened(name, printed):
    with pikepdf.open(BytesIO(printed(INVOICES[name]))) as pdf:
        keys = {key for each in pdf.objects if isinstance(each, pikepdf.Dictionary) for key in dict(each)}

    assert keys & {"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch", "/URI", "/GoToR", "/AcroForm"} == set()


def test_what_no_font_has_is_not_claimed_archival_and_says_so(press, tmp_path):
    document = InvoicePdf(press).render(drawn(supplies(10_000, what="Cuneiform 𒀀𒀁")), {})

    with pikepdf.open(BytesIO(document.content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == ""
        assert "/OutputIntents" not in pdf.Root
    assert document.made_with["archive"] == "plain PDF: no font on this machine has 𒀀𒀁 (Debian: fonts-noto-core)"
    assert attached_to(document.content) == {"factur-x.xml": document.enclosed["cii"].content}


def test_what_is_archival_says_so(press):
    assert InvoicePdf(press).render(INVOICES["Greek"], {}).made_with["archive"] == "PDF/A-3b"


def test_what_has_no_form_in_en_16931_is_a_pdf_a_without_xml(press, tmp_path):
    document = InvoicePdf(press).render(drawn(supplies(10_000), currency=Currency("KWD", 3)), {})

    assert attached_to(document.content) == document.enclosed == {}
    assert document.made_with["xml"] == "KWD has 3 decimals and EN 16931 allows 2: PDF only."
    assert b"urn:factur-x" not in document.content
    assert findings(document.content, tmp_path) == []


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "4242", "SOURCE_DATE_EPOCH": "1"},
    ],
)
def test_it_is_the_same_bytes_elsewhere(surroundings, printed):
    papers = [ALL[name] for name in ("several rates", "credit: hostile text")]
    elsewhere = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], input="\n".join(map(canonical, papers)).encode(),
        env={**os.environ, **surroundings}, capture_output=True, check=True,
    )  # fmt: skip

    assert elsewhere.stdout.decode().split() == [sha256(printed(each)).hexdigest() for each in reversed(papers)]


def findings(content: bytes, folder: Path) -> list[pikepdf.pdfa.Finding]:
    """
    What pikepdf finds against PDF/A-3b. It knows neither described extensions of XMP nor dictionaries of patterns and
    shadings that are empty: these are taken out of the copy it looks at, and only these.
    """
    copy = folder / "copy.pdf"
    with pikepdf.open(BytesIO(content)) as pdf:
        for each in pdf.objects:
            for key in ("/Pattern", "/Shading"):
                if isinstance(each, pikepdf.Dictionary) and key in each and not each[key].keys():
                    del each[key]
        kept = _without_factur_x(bytes(pdf.Root.Metadata.read_bytes()))
        pdf.Root.Metadata.write(kept)
        pdf.save(copy)
    return [*pikepdf.pdfa.validate_written(copy, "3b").findings]


def _without_factur_x(packet: bytes) -> bytes:
    for start in (b"<rdf:Description xmlns:fx=", b"<rdf:Description xmlns:pdfaExtension="):
        before, found, after = packet.partition(start)
        packet = before + after.partition(b"</rdf:Description>\n")[2] if found else packet
    return packet


def each_is(thing: object, key: str, value: str) -> bool:
    return isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)) and thing.get(key) == value
