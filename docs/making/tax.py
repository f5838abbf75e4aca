"""The page of the rules by which services are taxed, with their sources and what is in doubt."""

from docs.making import markdown
from engine.billing import tax_currency
from engine.billing.countries import (
    LANGUAGES,
    SMALL_BUSINESS,
    SMALL_BUSINESS_EU,
    SMALL_BUSINESS_EXEMPT,
    SMALL_BUSINESS_FOUND,
    VAT_COUNTRIES,
    vat_area,
)
from engine.billing.domestic_forms import FORMS
from engine.billing.tax_rules import AREAS, RULES, SOURCES, Rule
from engine.billing.territories import TERRITORIES
from engine.billing.wording import UK_OUTPUT_TAX, reverse_charge_words, self_billing_words

_STATUSES = {"registered": "registered", "small_business": "small business", "not_taxable": "not taxable"}


def page() -> str:
    return markdown.page(
        "Tax",
        "How a seller's services to a buyer are taxed: the first row that fits. This is no legal advice; what is in "
        "doubt is said, and so is which source was read. Vendor finance may decide otherwise for a partner, with a "
        "reason: [how to](../howto/tax.md).",
        "## Rules",
        markdown.table(("", "seller", "status", "buyer", "category", "needs", "sources"), [*_rules()]),
        "Categories are those of UNTDID 5305; `local` is the seller's own tax, added as entered.",
        "## In doubt",
        "\n".join(f"* {rule.name}: {rule.doubt}" for rule in RULES if rule.doubt),
        *_places(),
        "## Sources",
        "Seen: the text, or a page of an authority or an adviser on it, was read for this table.",
        markdown.table(
            ("source", "says", "seen"),
            [(name, source.text, "yes" if source.seen else "no") for name, source in SOURCES.items()],
        ),
        "## Small businesses",
        f"What stands in place of tax. Where a country is not named: {SMALL_BUSINESS_EU}. `law`: the article, or an "
        "authority's or adviser's page on it, was read; the wording may still be ours. Where a sentence was only found "
        "in use on others' invoices, or not found, an adviser of that country should look at it.",
        f"Known to exempt them at home: {', '.join(sorted(SMALL_BUSINESS_EXEMPT))}. Of others it is not known, and "
        "Spain had no such exemption when this was written: there an invoice waits until finance decides.",
        markdown.table(
            ("country", "sentence", "found"),
            [(country, text, SMALL_BUSINESS_FOUND[country]) for country, text in SMALL_BUSINESS.items()],
        ),
        "## What a country wants besides",
        "PDF, Factur-X and UBL are made here and handed to the parties; nothing is sent to a platform or an authority. "
        "In these countries that is not enough, or will not be. The overviews that say so were read in 2026, not the "
        "laws; other countries may want the like.",
        markdown.table(
            ("seller in", "of sales", "what is wanted"),
            [(country, "anywhere" if form.everywhere else "at home", form.says) for country, form in FORMS.items()],
        ),
        "## Words and money",
        f"Every document says that it is self-billed, in the seller's language and in English; in the UK also: "
        f"{UK_OUTPUT_TAX}. VAT is told in the money of the seller's country where the invoice is in another, by a "
        f"rate of the last {tax_currency.MOST_DAYS} days. The words are those of the language versions of the "
        "Directive as first written down here; only the Spanish and Slovak ones were found again in use, and the "
        "Slovenian ones only there. For self-billing no Norwegian words were found; the English ones stand alone.",
        markdown.table(("country", "self-billing", "reverse charge", "VAT told in"), [*_words()]),
    )


def _places() -> tuple[str, ...]:
    return (
        "## Areas and territories",
        "These countries belong to the VAT area of another: a sale between the two is one at home.",
        markdown.table(
            ("country", "VAT area", "source", "in doubt"),
            [(country, vat_area(country), source, doubt) for country, (source, doubt) in AREAS.items()],
        ),
        "In these places the VAT is not that of the country whose code they may wear (art. 6). Who writes that code "
        "with a postcode from there is asked for the place's own. Where there is none, or where nothing stands under "
        "`rules`, finance decides by an override: for sellers there, and for buyers there of sellers in the same "
        "country. To others abroad they are outside the EU's VAT area.",
        markdown.table(
            ("place", "code", "of", "rules"),
            [
                (each.name, each.code, each.of, "as a country of its own" if each.covered else "")
                for each in TERRITORIES
            ],
        ),
    )


def _rules() -> list[tuple[str, ...]]:
    return [
        (
            rule.name,
            ", ".join(rule.sellers),
            ", ".join(_STATUSES[status] for status in rule.statuses),
            rule.buyers,
            rule.category + _mention(rule),
            ", ".join(rule.needs),
            ", ".join(rule.sources),
        )
        for rule in RULES
    ]


def _mention(rule: Rule) -> str:
    return ", says Reverse charge" if rule.reverse_charge else ""


def _words() -> list[tuple[str, ...]]:
    return [
        (
            country,
            " · ".join(self_billing_words(country, "")),
            " · ".join(reverse_charge_words(country, "")),
            tax_currency.tax_currency_of(country),
        )
        for country in sorted(VAT_COUNTRIES | LANGUAGES.keys())
    ]
