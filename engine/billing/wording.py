"""
The words that the law asks a self-billed document to carry, in the official languages. It knows no other text.

Sources: the language versions of Directive 2006/112/EC art. 226, points 10a and 11a (inserted by Directive 2010/45/EU);
HMRC Notice 700/62 for the United Kingdom; for Slovenian, words in use on invoices; for Norwegian, the words of
bokføringsforskriften § 5-1-1 as advisers quote them, and none for self-billing. A language that is not in a table keeps
the English words.
"""

import unicodedata
from collections.abc import Sequence

from engine.billing.countries import LANGUAGES
from engine.billing.tax import Treatment

SELF_BILLING_ENGLISH = "Self-billing"
REVERSE_CHARGE_ENGLISH = "Reverse charge"

# HMRC Notice 700/62, section on what a self-billed invoice must show.
UK_OUTPUT_TAX = "The VAT shown is your output tax due to HMRC"

SELF_BILLING: dict[str, str] = {
    "bg": "Самофактуриране",
    "cs": "Vystaveno zákazníkem",
    "da": "Selvfakturering",
    "de": "Gutschrift",
    "el": "Αυτοτιμολόγηση",
    "en": SELF_BILLING_ENGLISH,
    "es": "Facturación por el destinatario",
    "et": "Endale arve koostamine",
    "fi": "Itselaskutus",
    "fr": "Autofacturation",
    "hr": "Samoizdavanje računa",
    "hu": "Önszámlázás",
    "it": "Autofatturazione",
    "lt": "Sąskaitų faktūrų išsirašymas",
    "lv": "Pašaprēķins",
    "mt": "Awtofatturazzjoni",
    "nl": "Factuur uitgereikt door afnemer",
    "pl": "Samofakturowanie",
    "pt": "Autofaturação",
    "ro": "Autofacturare",
    "sk": "Vyhotovenie faktúry odberateľom",
    "sl": "Samofakturiranje",
    "sv": "Självfakturering",
}

REVERSE_CHARGE: dict[str, str] = {
    "bg": "Обратно начисляване",
    "cs": "Daň odvede zákazník",
    "da": "Omvendt betalingspligt",
    "de": "Steuerschuldnerschaft des Leistungsempfängers",
    "el": "Αντίστροφη επιβάρυνση",
    "en": REVERSE_CHARGE_ENGLISH,
    "es": "Inversión del sujeto pasivo",
    "et": "Pöördmaksustamine",
    "fi": "Käännetty verovelvollisuus",
    "fr": "Autoliquidation",
    "hr": "Prijenos porezne obveze",
    "hu": "Fordított adózás",
    "it": "Inversione contabile",
    "lt": "Atvirkštinis apmokestinimas",
    "lv": "Nodokļa apgrieztā maksāšana",
    "mt": "Inverżjoni tal-ħlas",
    "nl": "Btw verlegd",
    "no": "Omvendt avgiftsplikt",
    "pl": "Odwrotne obciążenie",
    "pt": "Autoliquidação",
    "ro": "Taxare inversă",
    "sk": "Prenesenie daňovej povinnosti",
    "sl": "Obrnjena davčna obveznost",
    "sv": "Omvänd betalningsskyldighet",
}


def mentions_of(treatments: Sequence[Treatment], country: str, language: str) -> tuple[str, ...]:
    """
    What a self-billed document of a seller of `country` mentions, in the order printed: art. 226, points 10a and 11a;
    HMRC Notice 700/62 where a seller in the UK charges VAT; and what its treatments ask for.
    """
    told = [each.mention for each in treatments if each.mention]
    is_reversed = REVERSE_CHARGE_ENGLISH in told or any(each.category == "AE" for each in treatments)
    reverse_charge = reverse_charge_words(country, language) if is_reversed else ()
    output_tax = (UK_OUTPUT_TAX,) if country == "GB" and any(each.category == "S" for each in treatments) else ()
    return tuple(dict.fromkeys((*self_billing_words(country, language), *reverse_charge, *output_tax, *told)))


def self_billing_words(country: str, language: str) -> tuple[str, ...]:
    """The mention of art. 226(10a) for a seller of `country`, then the English one, each word once."""
    return _words(SELF_BILLING, country, language)


def reverse_charge_words(country: str, language: str) -> tuple[str, ...]:
    """The mention of art. 226(11a) for a seller of `country`, then the English one, each word once."""
    return _words(REVERSE_CHARGE, country, language)


def says_reverse_charge(treatment: Treatment) -> tuple[str, ...]:
    """Which of a treatment's texts hold the words of art. 226(11a) in any of the languages, however written."""
    return tuple(name for name in _TEXTS if holds_reverse_charge(getattr(treatment, name)))


def holds_reverse_charge(text: str) -> bool:
    """Whether it holds the words of art. 226(11a) in any of the languages, however written."""
    bare = _bare(text)
    return any(words in bare for words in _REVERSE_CHARGE)


def _bare(text: str) -> str:
    """Letters and digits alone, small and without accents: Reverse-charge and reverse  charge are one."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


_TEXTS = ("exemption_text", "mention", "tax_name")
_REVERSE_CHARGE = tuple(_bare(words) for words in REVERSE_CHARGE.values())


def _words(table: dict[str, str], country: str, language: str) -> tuple[str, ...]:
    """Where a country has several languages: the document's own if it is one of them, else all."""
    official = LANGUAGES.get(country, ())
    chosen = (language,) if language in official else official
    return tuple(dict.fromkeys(table.get(each, table["en"]) for each in (*chosen, "en")))
