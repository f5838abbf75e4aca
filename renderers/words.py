"""The words of the invoice in six languages, as data. Amounts and dates are Babel's matter, mentions the law's."""

from collections.abc import Mapping

_KEYS = (
    "invoice", "credit_note", "number", "date", "supply", "agreement", "payout", "credits", "seller", "buyer",
    "vat_number", "tax_number", "legal_number", "partner_code", "reference", "service", "when", "quantity", "price",
    "amount", "rate", "base", "tax", "net", "gross", "credited", "due", "payment", "holder", "page", "of", "accepted",
    "version", "vat",
)  # fmt: skip

_TABLE: dict[str, tuple[str, ...]] = {
    "en": (
        "Self-billed invoice", "Self-billed credit note", "Number", "Date", "Supplied", "Self-billing agreement",
        "Payout", "Credits invoice", "Seller", "Buyer", "VAT number", "Tax number", "Register number", "Partner",
        "Reference", "Service", "Date", "Qty", "Price", "Amount", "Rate", "Taxable amount", "Tax", "Net total",
        "Amount due", "Amount credited", "Due", "Payment", "Account holder", "Page", "of", "accepted", "version",
        "VAT",
    ),
    "fr": (
        "Facture d’autofacturation", "Avoir d’autofacturation", "Numéro", "Date", "Prestations",
        "Mandat d’autofacturation", "Versement", "Annule la facture", "Vendeur", "Acheteur", "N° TVA", "N° fiscal",
        "N° registre", "Partenaire", "Référence", "Prestation", "Date", "Qté", "Prix", "Montant", "Taux",
        "Base d’imposition", "Taxe", "Total HT", "Total TTC à payer", "Montant crédité", "Échéance", "Paiement",
        "Titulaire", "Page", "sur", "accepté le", "version", "TVA",
    ),
    "de": (
        "Rechnung (Gutschriftverfahren)", "Storno zur Gutschrift", "Nummer", "Datum", "Leistungszeitraum",
        "Gutschriftvereinbarung", "Auszahlung", "Storniert", "Leistender", "Leistungsempfänger", "USt-IdNr.",
        "Steuernummer", "Registernummer", "Partner", "Referenz", "Leistung", "Datum", "Menge", "Preis", "Betrag",
        "Satz", "Nettobetrag", "Steuer", "Summe netto", "Zahlbetrag", "Gutgeschriebener Betrag", "Fällig", "Zahlung",
        "Kontoinhaber", "Seite", "von", "angenommen am", "Version", "USt.",
    ),
    "es": (
        "Factura expedida por el destinatario", "Factura rectificativa", "Número", "Fecha", "Prestaciones",
        "Acuerdo de autofacturación", "Pago", "Rectifica la factura", "Vendedor", "Comprador", "NIF-IVA", "NIF",
        "N.º de registro", "Socio", "Referencia", "Servicio", "Fecha", "Cant.", "Precio", "Importe", "Tipo",
        "Base imponible", "Impuesto", "Total sin impuestos", "Total a pagar", "Importe abonado", "Vencimiento", "Pago",
        "Titular", "Página", "de", "aceptado el", "versión", "IVA",
    ),
    "it": (
        "Autofattura", "Nota di credito", "Numero", "Data", "Prestazioni", "Accordo di autofatturazione", "Pagamento",
        "Storna la fattura", "Cedente", "Cessionario", "Partita IVA", "Codice fiscale", "N. registro", "Partner",
        "Riferimento", "Servizio", "Data", "Qtà", "Prezzo", "Importo", "Aliquota", "Imponibile", "Imposta",
        "Totale imponibile", "Totale da pagare", "Importo accreditato", "Scadenza", "Pagamento", "Intestatario",
        "Pagina", "di", "accettato il", "versione", "IVA",
    ),
    "nl": (
        "Factuur uitgereikt door afnemer", "Creditnota uitgereikt door afnemer", "Nummer", "Datum", "Prestaties",
        "Self-billingovereenkomst", "Uitbetaling", "Crediteert factuur", "Verkoper", "Afnemer", "Btw-nummer",
        "Fiscaal nummer", "Registernummer", "Partner", "Referentie", "Dienst", "Datum", "Aantal", "Prijs", "Bedrag",
        "Tarief", "Maatstaf van heffing", "Belasting", "Totaal exclusief", "Te betalen", "Gecrediteerd bedrag",
        "Vervaldatum", "Betaling", "Rekeninghouder", "Pagina", "van", "aanvaard op", "versie", "Btw",
    ),
}  # fmt: skip


def words(language: str) -> Mapping[str, str]:
    """The words by key, in `language` where it is one of ours, else in English."""
    return dict(zip(_KEYS, _TABLE.get(language, _TABLE["en"]), strict=True))


def languages() -> tuple[str, ...]:
    return tuple(_TABLE)
