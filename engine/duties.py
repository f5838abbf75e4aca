"""What is done when a timer fires, by the timer's kind. The one place that knows all kinds; it does nothing itself."""

from collections.abc import Mapping

from engine import acceptance, invoice_events, reminders
from engine.timers import Duty

DUTIES: Mapping[str, Duty] = {
    reminders.KIND: reminders.remind,
    invoice_events.SILENCE: acceptance.deem,
}
