"""What an archived invoice must hold once, and what it may never hold, looked up in the PDF's own objects."""

from io import BytesIO
from typing import Any

import pikepdf

DOES = {
    "/JS",
    "/JavaScript",
    "/OpenAction",
    "/AA",
    "/Launch",
    "/URI",
    "/GoToR",
    "/SubmitForm",
    "/AcroForm",
    "/RichMedia",
}


def flaws(content: bytes, *, attached: int = 1) -> list[str]:
    """What there is too much, or too little: scripts and links, rdf:RDF, AF, colour profile, pictures, fonts."""
    with pikepdf.open(BytesIO(content)) as pdf:
        keys = {key for each in pdf.objects if isinstance(each, pikepdf.Dictionary) for key in dict(each)}
        packet = bytes(pdf.Root.Metadata.read_raw_bytes())
        fonts = [each for each in pdf.objects if _is(each, "/Type", "/Font")]
        right = {
            f"does {keys & DOES}": not keys & DOES,
            "rdf:RDF": packet.count(b"<rdf:RDF") == packet.count(b"</rdf:RDF>") == 1,
            "AF": [str(each.AFRelationship) for each in pdf.Root.get("/AF", ())] == ["/Alternative"] * attached,
            "colours": len(pdf.Root.OutputIntents) == 1,
            "pictures": not any(_is(each, "/Subtype", "/Image") for each in pdf.objects),
            "fonts": bool(fonts) and all(map(_is_whole, fonts)),
        }
    return [name for name, holds in right.items() if not holds]


def _is(thing: object, key: str, value: str) -> bool:
    return isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)) and thing.get(key) == value


def _is_whole(font: Any) -> bool:
    """Its text can be copied out, or, of the half that draws, its letters are in the file."""
    if font.Subtype == "/Type0":
        return "/ToUnicode" in font
    return "/FontFile2" in font.FontDescriptor or "/FontFile3" in font.FontDescriptor
