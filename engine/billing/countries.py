"""
What tax law says country by country, as tables with their sources. It decides nothing and knows no invoice.

Codes are ISO 3166-1 alpha-2. Northern Ireland is GB here: its XI numbers are for goods only.
"""

from typing import Literal

# Directive 2006/112/EC art. 5; members as of 1 February 2020.
# fmt: off
EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on

# Where a registered seller charges VAT to a domestic buyer: the EU; UK VAT Act 1994; CH MWSTG; NO merverdiavgiftsloven.
VAT_COUNTRIES = EU | {"GB", "CH", "NO"}

# Whose VAT area a country with a code of its own belongs to: the Directive's art. 7 (Monaco, the Isle of Man) and the
# agreement between Switzerland and Liechtenstein. `tax_rules.AREAS` says more.
_AREA = {"IM": "GB", "LI": "CH", "MC": "FR"}
# Countries whose VAT numbers are those of another, and the letters where they are not the country's code.
_LETTERS = {"GR": "EL", "IM": "GB", "MC": "FR", "AX": "FI", "GP": "FR", "MQ": "FR", "RE": "FR"}

# Official languages in which a document may carry the words that the law asks for, the most used first.
LANGUAGES: dict[str, tuple[str, ...]] = {
    "AT": ("de",),
    "BE": ("nl", "fr", "de"),
    "BG": ("bg",),
    "CH": ("de", "fr", "it"),
    "CY": ("el",),
    "CZ": ("cs",),
    "DE": ("de",),
    "DK": ("da",),
    "EE": ("et",),
    "ES": ("es",),
    "FI": ("fi", "sv"),
    "FR": ("fr",),
    "GR": ("el",),
    "HR": ("hr",),
    "HU": ("hu",),
    "IE": ("en",),
    "IT": ("it",),
    "LI": ("de",),
    "LT": ("lt",),
    "LU": ("fr", "de"),
    "LV": ("lv",),
    "MC": ("fr",),
    "MT": ("mt", "en"),
    "NL": ("nl",),
    "NO": ("no",),
    "PL": ("pl",),
    "PT": ("pt",),
    "RO": ("ro",),
    "SE": ("sv",),
    "SI": ("sl",),
    "SK": ("sk",),
}

# What a small business's document says in place of tax. Where a country is not named: SMALL_BUSINESS_EU.
SMALL_BUSINESS: dict[str, str] = {
    "AT": "Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung, § 6 Abs. 1 Z 27 UStG 1994",
    "BE": (
        "Bijzondere vrijstellingsregeling kleine ondernemingen / Régime particulier de franchise des petites "
        "entreprises, art. 56bis WBTW/CTVA"
    ),
    "CH": "Nicht mehrwertsteuerpflichtig / Non assujetti à la TVA, MWSTG/LTVA Art. 10 Abs. 2",
    "DE": "Steuerbefreiung nach § 19 UStG",
    "FR": "TVA non applicable, art. 293 B du CGI",
    "GB": "No VAT: the supplier is not registered for VAT (VAT Act 1994, Schedule 1)",
    "IT": "Operazione in franchigia da IVA, art. 1, commi 54-89, L. 190/2014",
    "NL": "Vrijgesteld van omzetbelasting, artikel 25 Wet op de omzetbelasting 1968",
    "NO": "Ikke registrert i Merverdiavgiftsregisteret, merverdiavgiftsloven § 2-1",
    "PL": "Zwolnienie z VAT, art. 113 ust. 1 ustawy o VAT",
    "PT": "IVA - regime de isenção, art. 53.º do CIVA",
}
# Where the sentence was found: in the law or a page of an authority or adviser on it, in use on invoices of others, or
# nowhere yet. Advisers of these countries should look at what was only in use or not found.
# PL: the finance ministry's schema of the e-invoice (KSeF, FA), field P_19, names art. 113 ust. 1 i 9; P_19A wants the
# provision named. NL: "Vrijgesteld van btw op grond van artikel 25 Wet op de omzetbelasting 1968" and its likes. GB: no
# authority words it; HMRC VATREC15040 only says that VAT shown for who is not registered is no input tax, and guides
# word it "not VAT registered".
Found = Literal["law", "in use", "not found"]
SMALL_BUSINESS_FOUND: dict[str, Found] = {
    "AT": "law", "BE": "in use", "CH": "law", "DE": "law", "FR": "in use", "GB": "in use", "IT": "in use",
    "NL": "in use", "NO": "law", "PL": "law", "PT": "in use",
}  # fmt: skip
SMALL_BUSINESS_EU = "Exempt from VAT: small enterprise, Directive 2006/112/EC art. 284"

# Where a small business charges no VAT at home: members of the EU with a threshold above zero in the lists that
# `tax_rules.SOURCES` names (Spain is at nil there); and where only who is above one registers. Of others it is unknown.
SMALL_BUSINESS_EXEMPT = (EU - {"ES"}) | {"GB", "CH", "NO"}

# CEF VATEX code list; France has one of its own for the franchise, other countries none.
SMALL_BUSINESS_VATEX: dict[str, str] = {"FR": "VATEX-FR-FRANCHISE"}

# What the seller's own tax is called where no rule is known and the partner has not said.
LOCAL_TAX: dict[str, str] = {
    "AU": "GST",
    "CA": "GST/HST",
    "CH": "VAT",
    "GB": "VAT",
    "IN": "GST",
    "JP": "Consumption tax",
    "NO": "VAT",
    "NZ": "GST",
    "SG": "GST",
    "US": "Sales tax",
    "ZA": "VAT",
}


def vat_area(country: str) -> str:
    """The country whose VAT is charged there: FR for Monaco, else nearly always the country itself."""
    return _AREA.get(country, country)


def vat_prefix(country: str) -> str:
    """The letters that VAT numbers of `country` begin with: EL for Greece, FR for Monaco, else the country's code."""
    return _LETTERS.get(country, country)


def small_business_text(country: str) -> str:
    """The sentence that stands in place of tax on a small business's document."""
    return SMALL_BUSINESS.get(country, SMALL_BUSINESS_EU)
