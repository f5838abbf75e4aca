"""What the variables say, and whether the account is there that they name."""

from collections.abc import Iterable, Mapping

from billhook.app import Billhook
from billhook.doctor.finding import Finding, fine, warning
from billhook.settings import VARIABLES
from engine.brokers import without_secret
from engine.errors import closest

_PREFIX = "BILLHOOK_"
_DRILL = "BILLHOOK_FAILPOINT"


def variables(environment: Mapping[str, str]) -> Iterable[Finding]:
    """What is set, without who signs in; what is set and read by nobody; and drills."""
    said = {name: value for name, value in sorted(environment.items()) if name.startswith(_PREFIX) and value}
    read = [f"{name}={_shown(name, value)}" for name, value in said.items() if name in VARIABLES]
    told = f"set: {', '.join(read)}; the others have their defaults." if read else "every variable has its default."
    yield fine("configuration", told)
    for name in said:
        if name not in VARIABLES:
            yield warning(name, "it is set and nothing reads it.", _meant(name))
    if said.get(_DRILL):
        yield warning(_DRILL, "this process is to fail on purpose.", "Unset it, unless this is a drill.")


def patience(billhook: Billhook) -> Iterable[Finding]:
    """A document that may take longer than its job's lease, or than a stop, is begun again and again."""
    settings = billhook.settings
    for name, seconds in (
        ("BILLHOOK_LEASE_SECONDS", settings.lease.total_seconds()), ("BILLHOOK_STOP_SECONDS", settings.stop_seconds),
    ):  # fmt: skip
        if seconds <= settings.press_seconds:
            told = f"it is {seconds:g}, and a document may take {settings.press_seconds:g} (BILLHOOK_PRESS_SECONDS)."
            yield warning(name, told, "Make it longer than that.")


def mail(billhook: Billhook) -> Iterable[Finding]:
    yield fine("mail", f"{billhook.settings.mail_told}.")


def account(billhook: Billhook) -> Iterable[Finding]:
    code, known = billhook.settings.account, billhook.accounts()
    if not known:
        yield warning("account", "there is none yet.", "Run: billhook init --account CODE --name NAME")
    elif code and code not in known:
        there = f"There are: {', '.join(known)}."
        near = closest(code, known)
        yield Finding("problem", f"account {code}", "it is named and is not there.", _asked(near) if near else there)
    elif code:
        yield fine("account", f"{code} is there.")
    elif len(known) > 1:
        yield fine("account", f"there are {', '.join(known)}; commands need --account.")
    else:
        yield fine("account", f"{known[0]} is the only one.")


def _shown(name: str, value: str) -> str:
    """An address that was written wrongly may be a password, or hold one anywhere; of mail's, only the server."""
    if "://" in value:
        return without_secret(value)
    if name.endswith("_URL"):
        return "(no address)"
    return f"...@{value.rpartition('@')[2].rstrip('>')}" if "@" in value else value


def _meant(name: str) -> str:
    near = closest(name, VARIABLES)
    return _asked(near) if near else "Unset it; docs/reference/settings.md has all names."


def _asked(name: str) -> str:
    return f"Did you mean {name}?"
