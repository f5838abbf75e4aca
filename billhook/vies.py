"""
The EU's register of VAT numbers, VIES, over its REST interface. It keeps nothing, and knows nothing of invoices.

Contract: the public interface's description (swagger_publicVAT.yaml of the European Commission). A plain yes or no
about the very number that was asked is an answer; all else, among it a member state that does not reply, is `unknown`.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

from engine.billing.countries import EU, vat_area, vat_prefix
from engine.vat_check import VatAnswer

ADDRESS = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"

_LARGEST = 64 * 1024
_LONGEST_WORD = 100
_ABOUT_THE_NUMBER = ("", "VALID", "INVALID")


class Vies:
    """`VatCheck` for the 27 member states. Northern Ireland's XI numbers are for goods only and are not asked about."""

    name = "VIES"

    def __init__(self, *, url: str = ADDRESS, seconds: float = 20) -> None:
        """seconds: how long an answer may take in all; a member state's own register is asked meanwhile."""
        self._url, self._seconds = url, seconds

    def covers(self, country: str) -> bool:
        return vat_area(country) in EU

    def ask(self, country: str, vat_number: str, *, asker: str) -> VatAnswer:
        """See `VatCheck`. A consultation number is given to an `asker` of the EU only."""
        prefix = vat_prefix(country)
        question = {"countryCode": prefix, "vatNumber": vat_number.removeprefix(prefix)}
        if asker[:2] in {vat_prefix(each) for each in EU}:
            question |= {"requesterMemberStateCode": asker[:2], "requesterNumber": asker[2:]}
        try:
            status, body = self._fetched(question)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            slow = isinstance(error, httpx.TimeoutException)
            return VatAnswer("unknown", "no answer in time" if slow else "no way to the register")
        answer = _read(body, question)
        return answer if status == httpx.codes.OK or answer.verdict == "unknown" else VatAnswer("unknown", str(status))

    def _fetched(self, question: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body: errors come as bodies too."""
        ends = time.monotonic() + self._seconds
        with httpx.stream("POST", self._url, json=dict(question), timeout=self._seconds) as answer:
            body = b""
            for piece in answer.iter_bytes():
                body += piece
                if time.monotonic() > ends:
                    raise httpx.ReadTimeout("the answer comes too slowly")
                if len(body) > _LARGEST:
                    return answer.status_code, b""
            return answer.status_code, body


def _read(body: bytes, question: Mapping[str, str]) -> VatAnswer:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return VatAnswer("unknown", "an answer that cannot be read")
    if not isinstance(told, dict):
        return VatAnswer("unknown", "an answer that cannot be read")
    if word := _error_in(told):
        return VatAnswer("unknown", word)
    valid = told.get("valid")
    if not isinstance(valid, bool) or not _about(told, question):
        return VatAnswer("unknown", "an answer about something else")
    if str(told.get("userError") or "") not in ("", "VALID" if valid else "INVALID"):
        return VatAnswer("unknown", "an answer that contradicts itself")
    return VatAnswer("valid" if valid else "not valid", consultation=_plain(told.get("requestIdentifier")))


def _error_in(told: Mapping[str, Any]) -> str:
    """The word of VIES for why it does not know, such as MS_UNAVAILABLE; '' where it names none."""
    wrapped = told.get("errorWrappers")
    if isinstance(wrapped, list) and wrapped:
        first = wrapped[0]
        return _plain(first.get("error") if isinstance(first, dict) else first) or "an error without a name"
    said = told.get("userError") or ""
    return "" if said in _ABOUT_THE_NUMBER else _plain(said) or "an error without a name"


def _about(told: Mapping[str, Any], question: Mapping[str, str]) -> bool:
    return all(told.get(name) == question[name] for name in ("countryCode", "vatNumber"))


def _plain(word: Any) -> str:
    """A stranger's word, made fit to be kept: printable ASCII, of 100 characters at most."""
    if not isinstance(word, str):
        return ""
    return "".join(each for each in word if each.isascii() and each.isprintable())[:_LONGEST_WORD]
