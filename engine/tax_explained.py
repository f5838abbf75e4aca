"""What a partner is told of its tax, by details that are kept and those it is filling in. It keeps nothing."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from engine import reference, taxing
from engine.billing.explaining import Explanation, decided_anew, with_missing, words_in
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.details import filled, require_language, require_locale
from engine.errors import NotFound
from engine.letters import for_reader, unprinted
from engine.taxing import Taxation
from engine.world import Caller


def explain_tax(
    caller: Caller, partner_code: str, answer: Mapping[str, Any], *, language: str = "", locale: str = ""
) -> Explanation:
    """
    answer: fields of the self-invoicing step, as far as they are filled in; they go over the details that are kept.
    language: ISO 639-1; without one the partner's own. locale: how rates are written, such as de_CH; without one as
    the language does.

    Raises:
        NotFound: there is no such partner for this caller. Unknown: no words in this language. Invalid: a field that is
            none; a locale that is none.
    """
    require_language(language)
    require_locale(locale)
    with caller.world.store.reading() as tx:
        row = tx.one(_PARTNER, account=caller.account_id, code=partner_code)
    if row is None or (caller.actor.kind == "partner" and caller.actor.partner_id != row.id):
        raise NotFound("partner", partner_code)
    sale = taxing.Sale(
        seller=filled(SellerDetails.from_json(json.loads(row.seller)), answer),
        buyer=BuyerDetails.from_json(json.loads(row.buyer)),
        currency="",
        on=caller.now.date(),
        override=taxing.treatment_from(row.treatment),
    )
    language = language or row.language
    words, rates = words_in(language), partial(reference.rate_written, locale=locale or language)
    outdated = taxing.outdated(row.treatment, sale.seller, sale.buyer)
    explained = decided_anew(outdated, words=words) if outdated else taxing.explain(sale, words=words, rates=rates)
    taxed = Taxation(explained.treatment, explained.rule) if explained.treatment else None
    illegible = unprinted(caller.world.letters, sale.seller, buyer=sale.buyer, taxed=taxed)
    return with_missing(explained, for_reader(caller, illegible), words=words) if illegible else explained


_PARTNER = """
    SELECT p.id, p.language, p.seller, a.buyer, (
        SELECT o.treatment FROM tax_override o WHERE o.account_id = p.account_id AND o.partner_id = p.id
        ORDER BY o.seq DESC LIMIT 1) AS treatment
    FROM partner p JOIN account a ON a.id = p.account_id
    WHERE p.account_id = :account AND p.code = :code"""
