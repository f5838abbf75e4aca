"""
What makes a printed page a PDF/A-3 with the invoice's XML inside (Factur-X): done to WeasyPrint's objects before they
are written. It knows no invoice and not what the XML says.

Each change answers something that WeasyPrint 70 does and PDF/A or Factur-X does not allow; a test of each stands in
tests/renderers/test_archive.py.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pydyf
from weasyprint import Attachment

from renderers.writings import packages_for

FILE_NAME = "factur-x.xml"
VARIANT = "pdf/a-3b"  # tagged besides; conformance A would claim more of the tags than anybody has checked

_FACTUR_X = b"""<rdf:Description xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" rdf:about="">
<fx:DocumentType>INVOICE</fx:DocumentType>
<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>
<fx:Version>1.0</fx:Version>
<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description>
"""

# ISO 19005-3, 6.6.2.3.2: properties outside the predefined schemas are described in the file itself.
_DESCRIBED = {
    b"DocumentFileName": b"The name of the embedded XML document",
    b"DocumentType": b"The type of the hybrid document",
    b"Version": b"The version of the standard the embedded XML document follows",
    b"ConformanceLevel": b"The profile of the embedded XML document",
}
_PROPERTY = b"""<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>%s</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>%s</pdfaProperty:description>
</rdf:li>
"""
_EXTENSION = b"""<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
%s</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
""" % b"".join(_PROPERTY % each for each in _DESCRIBED.items())


class NotArchival(Exception):
    """A page that no archive takes as it is; `why` says what is in it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def attachment(xml: bytes, dated: datetime) -> Attachment:
    """The XML as WeasyPrint attaches it: its dates are the invoice's, so that the same invoice gives the same bytes."""
    return Attachment(
        string=xml, name=FILE_NAME, description="The invoice as XML (Factur-X, EN 16931)", created=dated,
        modified=dated, relationship="Alternative",
    )  # fmt: skip


def require_archival(document: Any) -> None:
    """
    Look at the fonts of a document that has been painted.

    Raises:
        NotArchival: a letter is in no font, or a font draws pictures (ISO 19005-3, 6.2.11).
    """
    fonts = document.fonts.values()
    if missing := "".join(chr(each) for each in sorted({point for font in fonts for point in font.missing})):
        raise NotArchival(f"no font on this machine has {missing[:20]} (Debian: {packages_for(missing)})")
    if pictures := sorted({font.family for font in fonts if font.bitmap or font.png or font.svg or font.colr}):
        raise NotArchival(f"{', '.join(pictures)} draws letters as pictures")


def finish_archive(document: Any, pdf: pydyf.PDF) -> None:
    """
    The finisher of an archival page.

    Raises:
        NotArchival: it cannot be one.
    """
    require_archival(document)
    metadata = _referred(pdf, pdf.catalog["Metadata"])
    if "AF" in pdf.catalog:
        metadata.stream = [_with_factur_x(each) for each in metadata.stream]
    metadata.compress = False  # archives look for it in plain text
    finish_plain(document, pdf)
    pdf.objects[:] = [_Written(each) for each in pdf.objects]


def finish_plain(document: Any, pdf: pydyf.PDF) -> None:  # noqa: ARG001
    """The finisher of any page: its attachments are named once, and none of its pictures is smoothed (6.2.8)."""
    for each in _dictionaries(pdf.objects):
        if each.get("Subtype") == "/Image":
            each["Interpolate"] = "false"
        elif each.get("Type") == "/Filespec":
            each["AFRelationship"] = "/Alternative"
            pdf.catalog["AF"] = pydyf.Array([each.reference])
        elif each.get("Type") == "/EmbeddedFile":
            each["Subtype"] = "/text#2fxml"


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object as bytes: pydyf writes and compresses each twice, once for the file's identifier."""

    data = b""
    compressible = False

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.number, self.generation, self.free = of.number, of.generation, of.free
        if self.free != "f":
            self.data, self.compressible = of.data, of.compressible


def _dictionaries(objects: Iterable[Any]) -> Iterable[Any]:
    return (each if isinstance(each, pydyf.Dictionary) else getattr(each, "extra", {}) for each in objects)


def _referred(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _with_factur_x(packet: bytes) -> bytes:
    """Into the one rdf:RDF that there is: readers look at the first only."""
    before, end, after = packet.rpartition(b"</rdf:RDF>")
    return before + _FACTUR_X + _EXTENSION + end + after
