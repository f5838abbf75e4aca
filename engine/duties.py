"""What is done when a timer fires, by the timer's kind. The one place that knows all kinds; it does nothing itself."""

from collections.abc import Mapping

from engine import (
    acceptance,
    automatic_payouts,
    due_days,
    invoice_events,
    invoicing,
    reminders,
    step_reminders,
    waiting,
)
from engine.timers import Duty

DUTIES: Mapping[str, Duty] = {
    reminders.KIND: reminders.remind,
    due_days.KIND: step_reminders.remind,
    invoice_events.SILENCE: acceptance.deem,
    invoicing.SUPPLY_DAY: waiting.supply_came,
    automatic_payouts.KIND: automatic_payouts.begin,
    automatic_payouts.KIND_OF_PARTNER: automatic_payouts.make,
}
