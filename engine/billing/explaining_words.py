"""The sentences by which a partner is told how it is taxed, in six languages. It decides nothing."""

from typing import Literal

Key = Literal[
    "VAT is added", "buyer accounts", "small business", "not taxable", "taxed where the buyer is", "rate zero",
    "as entered", "none entered", "not registered", "exempt", "outside the scope", "override", "not added",
    "may be liable", "no numbers shown", "ask country", "ask territory", "ask tax_status", "ask vat_number",
    "ask right vat_number", "ask tax_number", "ask tax_percent", "ask tax_name", "ask vendor", "ask letters",
    "ask finance", "ask finance anew",
]  # fmt: skip

SENTENCES: dict[Key, str] = {
    "VAT is added": "VAT of {rate} is added to your invoices.",
    "buyer accounts": "No VAT is added: the buyer accounts for it in its own country (reverse charge).",
    "small business": "No VAT is added: a small business charges none. Your invoices say: {text}.",
    "not taxable": "No VAT is added: who is not a taxable person is outside the scope of VAT.",
    "taxed where the buyer is": "No VAT is added: the service is taxed where the buyer is, not in your country.",
    "rate zero": "No VAT is added: the rate is zero.",
    "as entered": "{tax} of {rate} is added to your invoices, as you entered it.",
    "none entered": "No tax is added: you have entered none.",
    "not registered": "No tax is added: only who is registered charges it.",
    "exempt": "No VAT is added. Your invoices say: {text}.",
    "outside the scope": "No VAT is added: the service is outside the scope of VAT. Your invoices say: {text}.",
    "override": "Your buyer's finance department has decided how your services are taxed.",
    "not added": "Your tax of {rate} is not added.",
    "may be liable": "Your invoices mention the reverse charge: in the EU the buyer accounts for VAT itself.",
    "no numbers shown": "Your invoices show no VAT number, neither yours nor the buyer's.",
    "ask country": "Say in which country you are established.",
    "ask territory": "The postcode {postcode} is in a territory whose VAT is not that of {country}: "
    "choose {code} ({place}) as your country.",
    "ask tax_status": "Say whether you are registered for VAT, a small business, or not taxable.",
    "ask vat_number": "Your VAT number is still needed: these invoices must show it.",
    "ask right vat_number": "Your VAT number does not check: look for a mistyped digit.",
    "ask tax_number": "Your tax number (or a VAT number) is still needed.",
    "ask tax_percent": "Your tax % is still needed: VAT is charged at home.",
    "ask tax_name": "Name the tax itself, such as GST: by “reverse charge” the buyer accounts for it.",
    "ask vendor": "The buyer's details are not complete yet: it supplies them itself.",
    "ask letters": "Your invoices cannot be printed yet, as no font has all letters of a text on them: "
    "the buyer sees to it, or you write yours in other letters.",
    "ask finance": "No rule covers your case: your buyer's finance department decides how your services are taxed.",
    "ask finance anew": "Something has changed since your buyer's finance department decided how your services "
    "are taxed: it decides anew.",
}

TRANSLATIONS: dict[str, dict[Key, str]] = {
    "fr": {
        "VAT is added": "La TVA de {rate} est ajoutée à vos factures.",
        "buyer accounts": "Aucune TVA n’est ajoutée : l’acheteur l’acquitte dans son pays (autoliquidation).",
        "small business": (
            "Aucune TVA n’est ajoutée : une petite entreprise n’en facture pas. Vos factures portent : {text}."
        ),
        "not taxable": "Aucune TVA n’est ajoutée : qui n’est pas assujetti est hors du champ de la TVA.",
        "taxed where the buyer is": (
            "Aucune TVA n’est ajoutée : la prestation est taxée là où se trouve l’acheteur, non dans votre pays."
        ),
        "rate zero": "Aucune TVA n’est ajoutée : le taux est zéro.",
        "as entered": "{tax} de {rate} est ajoutée à vos factures, comme vous l’avez indiqué.",
        "none entered": "Aucune taxe n’est ajoutée : vous n’en avez indiqué aucune.",
        "not registered": "Aucune taxe n’est ajoutée : seul qui est immatriculé en facture.",
        "exempt": "Aucune TVA n’est ajoutée. Vos factures portent : {text}.",
        "outside the scope": (
            "Aucune TVA n’est ajoutée : la prestation est hors du champ de la TVA. Vos factures portent : {text}."
        ),
        "override": "Le service financier de votre acheteur a décidé de la taxation de vos prestations.",
        "not added": "Votre taxe de {rate} n’est pas ajoutée.",
        "may be liable": "Vos factures mentionnent l’autoliquidation : dans l’UE, l’acheteur acquitte lui-même la TVA.",
        "no numbers shown": "Vos factures ne portent aucun numéro de TVA, ni le vôtre ni celui de l’acheteur.",
        "ask country": "Indiquez dans quel pays vous êtes établi.",
        "ask territory": "Le code postal {postcode} est celui d’un territoire dont la TVA n’est pas celle de "
        "{country} : choisissez {code} ({place}) comme pays.",
        "ask tax_status": "Indiquez si vous êtes assujetti à la TVA, une petite entreprise ou non assujetti.",
        "ask vat_number": "Il manque votre numéro de TVA : ces factures doivent l’indiquer.",
        "ask right vat_number": "Votre numéro de TVA n’est pas correct : cherchez un chiffre erroné.",
        "ask tax_number": "Il manque votre numéro fiscal (ou un numéro de TVA).",
        "ask tax_percent": "Il manque votre taux de taxe : dans le pays, la TVA est facturée.",
        "ask tax_name": "Nommez la taxe elle-même, par exemple GST : avec la mention « autoliquidation », "
        "c’est l’acheteur qui l’acquitte.",
        "ask vendor": "Les données de l’acheteur sont incomplètes : il les fournit lui-même.",
        "ask letters": "Vos factures ne peuvent pas encore être imprimées : aucune police n’a toutes les lettres "
        "d’un de leurs textes. L’acheteur s’en occupe, ou vous écrivez les vôtres en d’autres caractères.",
        "ask finance": "Aucune règle ne couvre votre cas : le service financier de l’acheteur décidera de la taxation.",
        "ask finance anew": "La situation a changé depuis que le service financier de votre acheteur a décidé "
        "de la taxation de vos prestations : il décidera à nouveau.",
    },
    "de": {
        "VAT is added": "Auf Ihre Gutschriften kommen {rate} Umsatzsteuer.",
        "buyer accounts": (
            "Es kommt keine Umsatzsteuer hinzu: Der Käufer führt sie in seinem Land ab (Reverse Charge)."
        ),
        "small business": (
            "Es kommt keine Umsatzsteuer hinzu: Kleinunternehmer berechnen keine. Ihre Gutschriften sagen: {text}."
        ),
        "not taxable": "Es kommt keine Umsatzsteuer hinzu: Wer kein Unternehmer ist, leistet nicht steuerbar.",
        "taxed where the buyer is": (
            "Es kommt keine Umsatzsteuer hinzu: Die Leistung wird besteuert, wo der Käufer sitzt, nicht in Ihrem Land."
        ),
        "rate zero": "Es kommt keine Umsatzsteuer hinzu: Der Satz ist null.",
        "as entered": "Auf Ihre Gutschriften kommen {rate} {tax}, wie Sie angegeben haben.",
        "none entered": "Es kommt keine Steuer hinzu: Sie haben keine angegeben.",
        "not registered": "Es kommt keine Steuer hinzu: Nur wer registriert ist, berechnet sie.",
        "exempt": "Es kommt keine Umsatzsteuer hinzu. Ihre Gutschriften sagen: {text}.",
        "outside the scope": (
            "Es kommt keine Umsatzsteuer hinzu: Die Leistung ist nicht steuerbar. Ihre Gutschriften sagen: {text}."
        ),
        "override": "Die Finanzabteilung Ihres Käufers hat entschieden, wie Ihre Leistungen besteuert werden.",
        "not added": "Ihre Steuer von {rate} kommt nicht hinzu.",
        "may be liable": (
            "Ihre Gutschriften nennen Reverse Charge: In der EU führt der Käufer die Umsatzsteuer selbst ab."
        ),
        "no numbers shown": "Ihre Gutschriften zeigen keine USt-IdNr., weder Ihre noch die des Käufers.",
        "ask country": "Sagen Sie, in welchem Land Sie ansässig sind.",
        "ask territory": "Die Postleitzahl {postcode} liegt in einem Gebiet, dessen Umsatzsteuer nicht die von "
        "{country} ist: Wählen Sie {code} ({place}) als Land.",
        "ask tax_status": (
            "Sagen Sie, ob Sie umsatzsteuerlich registriert, Kleinunternehmer oder kein Unternehmer sind."
        ),
        "ask vat_number": "Es fehlt noch Ihre USt-IdNr.: Diese Gutschriften müssen sie nennen.",
        "ask right vat_number": "Ihre USt-IdNr. stimmt nicht: Suchen Sie nach einer falschen Ziffer.",
        "ask tax_number": "Es fehlt noch Ihre Steuernummer (oder eine USt-IdNr.).",
        "ask tax_percent": "Es fehlt noch Ihr Steuersatz: Im Inland wird Umsatzsteuer berechnet.",
        "ask tax_name": "Nennen Sie die Steuer selbst, etwa GST: Mit der Angabe „Steuerschuldnerschaft des "
        "Leistungsempfängers“ schuldet sie der Käufer.",
        "ask vendor": "Die Angaben des Käufers sind noch nicht vollständig: Er ergänzt sie selbst.",
        "ask letters": "Ihre Gutschriften können noch nicht gedruckt werden, da keine Schrift alle Buchstaben eines "
        "ihrer Texte hat: Der Käufer sorgt dafür, oder Sie schreiben Ihre Angaben in anderen Buchstaben.",
        "ask finance": "Keine Regel erfasst Ihren Fall: die Finanzabteilung Ihres Käufers entscheidet darüber.",
        "ask finance anew": "Seit die Finanzabteilung Ihres Käufers entschieden hat, wie Ihre Leistungen "
        "besteuert werden, hat sich etwas geändert: Sie entscheidet neu.",
    },
    "es": {
        "VAT is added": "Se añade un IVA del {rate} a sus facturas.",
        "buyer accounts": "No se añade IVA: el comprador lo liquida en su país (inversión del sujeto pasivo).",
        "small business": "No se añade IVA: una pequeña empresa no lo cobra. Sus facturas dicen: {text}.",
        "not taxable": "No se añade IVA: quien no es sujeto pasivo queda fuera del ámbito del IVA.",
        "taxed where the buyer is": (
            "No se añade IVA: el servicio tributa donde está el comprador, no en el país de usted."
        ),
        "rate zero": "No se añade IVA: el tipo es cero.",
        "as entered": "Se añade {tax} del {rate} a sus facturas, como usted indicó.",
        "none entered": "No se añade ningún impuesto: usted no ha indicado ninguno.",
        "not registered": "No se añade ningún impuesto: solo lo cobra quien está registrado.",
        "exempt": "No se añade IVA. Sus facturas dicen: {text}.",
        "outside the scope": (
            "No se añade IVA: el servicio queda fuera del ámbito del IVA. Sus facturas dicen: {text}."
        ),
        "override": "El departamento financiero de su comprador ha decidido cómo tributan sus servicios.",
        "not added": "Su impuesto del {rate} no se añade.",
        "may be liable": (
            "Sus facturas mencionan la inversión del sujeto pasivo: en la UE el comprador liquida él mismo el IVA."
        ),
        "no numbers shown": "Sus facturas no muestran ningún NIF-IVA, ni el suyo ni el del comprador.",
        "ask country": "Diga en qué país está establecido.",
        "ask territory": "El código postal {postcode} está en un territorio cuyo IVA no es el de {country}: "
        "elija {code} ({place}) como país.",
        "ask tax_status": "Diga si está registrado a efectos del IVA, es pequeña empresa o no es sujeto pasivo.",
        "ask vat_number": "Falta su NIF-IVA: estas facturas deben indicarlo.",
        "ask right vat_number": "Su NIF-IVA no es correcto: busque una cifra equivocada.",
        "ask tax_number": "Falta su NIF (o un NIF-IVA).",
        "ask tax_percent": "Falta su tipo impositivo: en el propio país se cobra IVA.",
        "ask tax_name": "Indique el nombre del propio impuesto, como GST: con la mención «inversión del sujeto pasivo» "
        "es el comprador quien lo liquida.",
        "ask vendor": "Los datos del comprador aún no están completos: los aporta él mismo.",
        "ask letters": "Sus facturas aún no se pueden imprimir: ninguna fuente tiene todas las letras de uno "
        "de sus textos. El comprador se ocupa de ello, o escriba los suyos con otras letras.",
        "ask finance": "Ninguna regla cubre su caso: finanzas de su comprador decide cómo tributan sus servicios.",
        "ask finance anew": "Algo ha cambiado desde que el departamento financiero de su comprador decidió cómo "
        "tributan sus servicios: decidirá de nuevo.",
    },
    "it": {
        "VAT is added": "Alle Sue fatture si aggiunge l’IVA del {rate}.",
        "buyer accounts": "Non si aggiunge IVA: l’acquirente la assolve nel proprio paese (inversione contabile).",
        "small business": "Non si aggiunge IVA: una piccola impresa non la addebita. Le Sue fatture dicono: {text}.",
        "not taxable": "Non si aggiunge IVA: chi non è soggetto passivo è fuori dal campo dell’IVA.",
        "taxed where the buyer is": (
            "Non si aggiunge IVA: il servizio è tassato dove si trova l’acquirente, non nel Suo paese."
        ),
        "rate zero": "Non si aggiunge IVA: l’aliquota è zero.",
        "as entered": "Alle Sue fatture si aggiunge {tax} del {rate}, come da Lei indicato.",
        "none entered": "Non si aggiunge alcuna imposta: non ne ha indicata nessuna.",
        "not registered": "Non si aggiunge alcuna imposta: la addebita solo chi è registrato.",
        "exempt": "Non si aggiunge IVA. Le Sue fatture dicono: {text}.",
        "outside the scope": (
            "Non si aggiunge IVA: il servizio è fuori dal campo dell’IVA. Le Sue fatture dicono: {text}."
        ),
        "override": "L’ufficio finanziario del Suo acquirente ha deciso come sono tassati i Suoi servizi.",
        "not added": "La Sua imposta del {rate} non si aggiunge.",
        "may be liable": (
            "Le Sue fatture menzionano l’inversione contabile: nell’UE l’acquirente assolve l’IVA da sé."
        ),
        "no numbers shown": "Le Sue fatture non riportano alcuna partita IVA, né la Sua né quella dell’acquirente.",
        "ask country": "Indichi in quale paese è stabilito.",
        "ask territory": "Il codice postale {postcode} è in un territorio la cui IVA non è quella di {country}: "
        "scelga {code} ({place}) come paese.",
        "ask tax_status": "Indichi se è registrato ai fini IVA, una piccola impresa o non soggetto passivo.",
        "ask vat_number": "Manca la Sua partita IVA: queste fatture devono indicarla.",
        "ask right vat_number": "La Sua partita IVA non è corretta: cerchi una cifra sbagliata.",
        "ask tax_number": "Manca il Suo codice fiscale (o una partita IVA).",
        "ask tax_percent": "Manca la Sua aliquota: nel proprio paese si addebita l’IVA.",
        "ask tax_name": "Indichi il nome dell’imposta stessa, come GST: con la dicitura «inversione contabile» "
        "è l’acquirente a versarla.",
        "ask vendor": "I dati dell’acquirente non sono ancora completi: li fornisce lui stesso.",
        "ask letters": "Le Sue fatture non possono ancora essere stampate: nessun carattere ha tutte le lettere "
        "di uno dei loro testi. Se ne occupa l’acquirente, oppure scriva i Suoi in altre lettere.",
        "ask finance": "Nessuna regola copre il Suo caso: l’ufficio finanziario dell’acquirente decide la tassazione.",
        "ask finance anew": "Qualcosa è cambiato da quando l’ufficio finanziario del Suo acquirente ha deciso "
        "come sono tassati i Suoi servizi: deciderà di nuovo.",
    },
    "nl": {
        "VAT is added": "Bij uw facturen komt {rate} btw.",
        "buyer accounts": "Er komt geen btw bij: de afnemer draagt die in het eigen land af (btw verlegd).",
        "small business": (
            "Er komt geen btw bij: een kleine onderneming rekent die niet. Op uw facturen staat: {text}."
        ),
        "not taxable": "Er komt geen btw bij: wie geen ondernemer is, valt buiten de btw.",
        "taxed where the buyer is": (
            "Er komt geen btw bij: de dienst wordt belast waar de afnemer is, niet in uw land."
        ),
        "rate zero": "Er komt geen btw bij: het tarief is nul.",
        "as entered": "Bij uw facturen komt {rate} {tax}, zoals u hebt opgegeven.",
        "none entered": "Er komt geen belasting bij: u hebt er geen opgegeven.",
        "not registered": "Er komt geen belasting bij: alleen wie geregistreerd is, rekent die.",
        "exempt": "Er komt geen btw bij. Op uw facturen staat: {text}.",
        "outside the scope": "Er komt geen btw bij: de dienst valt buiten de btw. Op uw facturen staat: {text}.",
        "override": "De financiële afdeling van uw afnemer heeft besloten hoe uw diensten worden belast.",
        "not added": "Uw belasting van {rate} komt er niet bij.",
        "may be liable": "Uw facturen vermelden de verlegging: in de EU draagt de afnemer de btw zelf af.",
        "no numbers shown": "Op uw facturen staat geen btw-nummer, niet het uwe en niet dat van de afnemer.",
        "ask country": "Zeg in welk land u gevestigd bent.",
        "ask territory": "De postcode {postcode} ligt in een gebied waar niet de btw van {country} geldt: "
        "kies {code} ({place}) als land.",
        "ask tax_status": "Zeg of u voor de btw geregistreerd bent, een kleine onderneming of geen ondernemer.",
        "ask vat_number": "Uw btw-nummer ontbreekt nog: deze facturen moeten het vermelden.",
        "ask right vat_number": "Uw btw-nummer klopt niet: zoek naar een verkeerd cijfer.",
        "ask tax_number": "Uw fiscaal nummer (of een btw-nummer) ontbreekt nog.",
        "ask tax_percent": "Uw tarief ontbreekt nog: in eigen land wordt btw gerekend.",
        "ask tax_name": "Noem de belasting zelf, zoals GST: met de vermelding ‘btw verlegd’ draagt de afnemer haar af.",
        "ask vendor": "De gegevens van de afnemer zijn nog niet volledig: die vult ze zelf aan.",
        "ask letters": "Uw facturen kunnen nog niet worden afgedrukt, omdat geen lettertype alle letters van een "
        "van hun teksten heeft: de afnemer zorgt daarvoor, of u schrijft de uwe in andere letters.",
        "ask finance": "Geen regel dekt uw geval: de financiële afdeling van uw afnemer beslist over de belasting.",
        "ask finance anew": "Er is iets veranderd sinds de financiële afdeling van uw afnemer besliste hoe uw "
        "diensten worden belast: zij beslist opnieuw.",
    },
}
