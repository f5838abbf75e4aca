"""Handouts that pipelines, live or under way, tell partners to read: those that nobody has put there."""

from collections.abc import Iterable

from billhook.app import Billhook
from billhook.doctor.finding import Finding, fine, warning
from engine.actor import Actor


def handouts(billhook: Billhook) -> Iterable[Finding]:
    codes = billhook.accounts()
    found = {code: billhook.account(code).as_(Actor.system("doctor")).handouts.list() for code in codes}
    missing = [(code, each) for code, listed in found.items() for each in listed if not each.version]
    for code, each in missing:
        told = f"partners are to read {each.name} ({', '.join(each.pipelines)}), and it is not there."
        yield warning(f"account {code}", told, f"Put it there: billhook handouts add FILE --account {code}")
    if not missing:
        yield fine("handouts", "everything that pipelines tell partners to read is there.")
