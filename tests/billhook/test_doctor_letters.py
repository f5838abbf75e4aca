"""The doctor tells of letters that no font here has wherever they stand on an invoice, not only in names."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billhook import Billhook
from billhook.doctor.printing import letters
from engine import tax_decisions
from engine.billing.tax import Treatment
from tests.fakes import NOON, FakeClock, LatinLetters
from tests.worlds import Place, registry


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """No font but the shipped ones."""
    (tmp_path / "fonts.conf").write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))


@pytest.mark.usefixtures("bare")
def test_letters_of_a_tax_override_and_of_payouts_that_wait_are_told(sqlite_database):
    with Billhook(sqlite_database, registry=registry()) as billhook:
        place = Place(billhook.world.store)
        place.world.letters = LatinLetters()
        place.partner()
        exempt = Treatment("E", Decimal(0), exemption_text="中国免税")
        tax_decisions.override(place.owner, "NORD", exempt, reason="ruling")
        place.payout(state="Ready")
        override, payout, others = (each.sentence for each in letters(billhook))

    assert override == "no font on this machine has 中国免税: its invoices will not be printed."
    assert payout.endswith("中国免税 of the reason why no tax is charged. So 1 payout waits for an invoice.")
    assert "needs them yet" not in others


@pytest.mark.usefixtures("bare")
def test_of_the_rates_of_exchange_those_count_that_an_invoice_could_take_now(sqlite_database):
    with Billhook(sqlite_database, registry=registry(), clock=FakeClock()) as billhook:
        place = Place(billhook.world.store)
        for days, source in ((-40, "香港"), (-2, "中国人民银行"), (-2, "PBOC"), (-1, "人民银行")):
            day = (NOON.date() + timedelta(days)).isoformat()
            tax_decisions.add_rate(place.owner, "EUR", "SEK", "11.2", day=day, source=source)
        told, *_ = [each.sentence for each in letters(billhook)]
        tax_decisions.add_rate(place.owner, "EUR", "SEK", "11.2", day=NOON.date().isoformat(), source="PBOC")
        idle = [each.level for each in letters(billhook)]

    assert told == "no font on this machine has 人民银行: its invoices will not be printed."
    assert idle == ["warning"]
