"""
What a command says when it did not succeed: one clear sentence, never a stack trace.

It knows which errors have something to say to a person; what is not among them is a mistake of ours and is shown whole.
"""

import json
import sys
from dataclasses import asdict, is_dataclass
from typing import Any

Answerable = tuple[type[BaseException], ...]


def answerable() -> Answerable:
    """The errors that are answered with a sentence. Asked when one is raised, so that nothing is loaded for it."""
    from engine.billing.errors import BillingError
    from engine.errors import BillhookError

    found: list[type[BaseException]] = [BillhookError, BillingError, OSError]
    for module, name in _OF_DATABASES:
        if module in sys.modules:
            found.append(getattr(sys.modules[module], name))
    return tuple(found)


def show(error: BaseException, *, as_json: bool) -> int:
    """Tell what is wrong, on standard error or as JSON on standard output; returns the exit status."""
    if as_json:
        sys.stdout.write(json.dumps({"error": as_data(error)}, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stderr.write("".join(f"{line}\n" for line in _lines(error)))
    return 1


def parts(error: BaseException) -> list[str]:
    """Each thing that stands in the way, as a line; none for an error that is one sentence."""
    from engine.wording import told

    problems = [told(problem) for problem in getattr(error, "problems", ())]
    refusals = [f"{refusal.sentence}{_by(refusal.who)}" for refusal in getattr(error, "refusals", ())]
    missing = [f"{item.for_vendor()}{_by(item.who)}" for item in getattr(error, "missing", ())]
    return problems + refusals + missing


def as_data(error: BaseException) -> dict[str, Any]:
    """Code and message, and the error's own fields for programs."""
    own = {name: _plain(value) for name, value in vars(error).items() if not name.startswith("_")}
    if not hasattr(error, "code") or isinstance(error, OSError):
        own = {}
    code = str(getattr(error, "code", "") or "surroundings")
    return {"code": code if own or code.islower() else "surroundings", "message": _sentence(error), **own}


def stop_at_a_name_clash() -> None:
    """Exit with a sentence when another distribution hides one of our packages."""
    from billhook import name_clash

    try:
        name_clash.check()
    except Exception as clash:
        if type(clash).__name__ != "NameClash":
            raise
        raise SystemExit(show(clash, as_json="--json" in sys.argv)) from None


def _lines(error: BaseException) -> list[str]:
    """The sentence; where an error carries several reasons, its subject and a line for each."""
    subject, found = getattr(error, "subject", ""), parts(error)
    if len(found) < 2:
        return [_sentence(error) + _WAYS_OUT.get(getattr(error, "code", ""), "")]
    return [f"{subject}: {len(found)} things stand in the way.", *(f"  {part}" for part in found), *_offer(error)]


def _by(who: str) -> str:
    return f" ({who})" if who else ""


def _offer(error: BaseException) -> list[str]:
    allowed = getattr(error, "allowed", None)
    if allowed is None:
        return []
    return [f"Possible now: {', '.join(allowed)}." if allowed else "Nothing else is possible now."]


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}."
    if type(error).__module__.split(".")[0] in _DATABASE_LIBRARIES:
        said = str(getattr(error, "orig", None) or error).splitlines()
        return f"The database answered: {said[0] if said else type(error).__name__}."
    return str(error)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_plain(item) for item in value] if isinstance(value, list | tuple | set | frozenset) else value


#: What the sentence cannot say, since pages and the API show it too.
_WAYS_OUT = {"reason_required": " On the command line: --reason TEXT."}
_OF_DATABASES = (("sqlite3", "Error"), ("sqlalchemy.exc", "SQLAlchemyError"), ("psycopg", "Error"))
_DATABASE_LIBRARIES = ("sqlite3", "sqlalchemy", "psycopg")
