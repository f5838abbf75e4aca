"""The words of the invoice in six languages, as data. Amounts and dates are Babel's matter, mentions the law's."""

from collections.abc import Mapping

_KEYS = (
    "invoice", "credit_note", "date", "supply", "agreement", "payout", "credits", "seller", "buyer", "vat_number",
    "tax_number", "legal_number", "partner_code", "reference", "service", "when", "amount", "rate", "base", "tax",
    "net", "gross", "credited", "due", "payment", "page", "of", "accepted", "version", "vat",
    "preview",
)  # fmt: skip

_TABLE: dict[str, tuple[str, ...]] = {
    "en": (
        "Self-billed invoice", "Self-billed credit note", "Date", "Supplied", "Self-billing agreement", "Payout",
        "Credits invoice", "Seller", "Buyer", "VAT number", "Tax number", "Register number", "Partner", "Reference",
        "Service", "Date", "Amount", "Rate", "Taxable amount", "Tax", "Net total", "Amount due", "Amount credited",
        "Due", "Payment", "Page", "of", "accepted", "version", "VAT", "Preview — not an invoice",
    ),
    "fr": (
        "Facture d’autofacturation", "Avoir d’autofacturation", "Date", "Prestations", "Mandat d’autofacturation",
        "Versement", "Annule la facture", "Vendeur", "Acheteur", "N° TVA", "N° fiscal", "N° registre", "Partenaire",
        "Référence", "Prestation", "Date", "Montant", "Taux", "Base d’imposition", "Taxe", "Total HT",
        "Total TTC à payer", "Montant crédité", "Échéance", "Paiement", "Page", "sur", "accepté le", "version", "TVA",
        "Aperçu — ceci n’est pas une facture",
    ),
    "de": (
        "Abrechnungsgutschrift", "Storno zur Gutschrift", "Datum", "Leistungszeitraum",
        "Gutschriftvereinbarung", "Auszahlung", "Storniert", "Leistender", "Leistungsempfänger", "USt-IdNr.",
        "Steuernummer", "Registernummer", "Partner", "Referenz", "Leistung", "Datum", "Betrag", "Satz", "Nettobetrag",
        "Steuer", "Summe netto", "Zahlbetrag", "Gutgeschriebener Betrag", "Fällig", "Zahlung", "Seite", "von",
        "angenommen am", "Version", "USt.", "Vorschau — keine Rechnung",
    ),
    "es": (
        "Factura expedida por el destinatario", "Factura rectificativa", "Fecha", "Prestaciones",
        "Acuerdo de autofacturación", "Liquidación", "Rectifica la factura", "Vendedor", "Comprador", "NIF-IVA", "NIF",
        "N.º de registro", "Socio", "Referencia", "Servicio", "Fecha", "Importe", "Tipo", "Base imponible", "Impuesto",
        "Total sin impuestos", "Total a pagar", "Importe abonado", "Vencimiento", "Pago", "Página", "de",
        "aceptado el", "versión", "IVA", "Vista previa — no es una factura",
    ),
    "it": (
        "Fattura emessa dal cessionario", "Nota di credito", "Data", "Prestazioni", "Accordo di autofatturazione",
        "Liquidazione", "Storna la fattura", "Cedente", "Cessionario", "Partita IVA", "Codice fiscale", "N. registro",
        "Partner", "Riferimento", "Servizio", "Data", "Importo", "Aliquota", "Imponibile", "Imposta",
        "Totale imponibile", "Totale da pagare", "Importo accreditato", "Scadenza", "Pagamento", "Pagina", "di",
        "accettato il", "versione", "IVA", "Anteprima — non è una fattura",
    ),
    "nl": (
        "Factuur uitgereikt door afnemer", "Creditnota uitgereikt door afnemer", "Datum", "Prestaties",
        "Self-billingovereenkomst", "Uitbetaling", "Crediteert factuur", "Verkoper", "Afnemer", "Btw-nummer",
        "Fiscaal nummer", "Registernummer", "Partner", "Referentie", "Dienst", "Datum", "Bedrag", "Tarief",
        "Maatstaf van heffing", "Belasting", "Totaal exclusief", "Te betalen", "Gecrediteerd bedrag", "Vervaldatum",
        "Betaling", "Pagina", "van", "aanvaard op", "versie", "Btw", "Voorbeeld — geen factuur",
    ),
}  # fmt: skip


def words(language: str) -> Mapping[str, str]:
    """The words by key, in `language` where it is one of ours (`de-CH` speaks `de`), else in English."""
    return dict(zip(_KEYS, _TABLE[spoken_language(language)[:2]], strict=True))


def spoken_language(language: str) -> str:
    """`language` where we have its words, else `en`: money and dates are never of another language than the words."""
    return language if language.replace("_", "-").split("-")[0] in _TABLE else "en"


def languages() -> tuple[str, ...]:
    return tuple(_TABLE)
