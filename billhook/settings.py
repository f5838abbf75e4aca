"""What the surroundings say: `BILLHOOK_*` variables, each with its default. Nothing is read at import."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

from engine.errors import Invalid, Problem

#: name -> (default, what it says); the reference page is made from this.
VARIABLES: dict[str, tuple[str, str]] = {
    "BILLHOOK_DATABASE_URL": (
        "sqlite:///billhook.db",
        "where the rows are: sqlite:///file or postgresql+psycopg://...",
    ),
    "BILLHOOK_BROKER_URL": ("", "redis://... or amqp://...: workers are other processes; unset: threads in this one"),
    "BILLHOOK_BASE_URL": (
        "http://localhost:8000",
        "where people reach the web, as links say it; https:// anywhere but on this machine; unset: `serve` says where "
        "it serves, other commands this",
    ),
    "BILLHOOK_MAIL": (
        "billhook-mail",
        "where mail goes: smtp://user:password@host:587, smtps://..., or a folder; unset: sign-in links, into a folder",
    ),
    "BILLHOOK_OIDC_ISSUER": (
        "",
        "an OpenID Connect provider that people may sign in by, such as https://id.example.com",
    ),
    "BILLHOOK_OIDC_CLIENT_ID": ("", "what billhook is called there; its redirect URI is BILLHOOK_BASE_URL/oidc/back"),
    "BILLHOOK_OIDC_CLIENT_SECRET": ("", "the secret it was given there"),
    "BILLHOOK_OIDC_SECONDS": ("10", "how long the provider may take to answer"),
    "BILLHOOK_MAIL_FROM": (
        "billhook <billhook@localhost>",
        "the sender of mail; an address alone: each vendor by its name",
    ),
    "BILLHOOK_ACCOUNT": ("", "the account that commands work in; unset: the only one there is"),
    "BILLHOOK_THREADS": ("2", "how many jobs a worker does at a time, each with a press of its own"),
    "BILLHOOK_LEASE_SECONDS": ("60", "how long a worker may be silent before its job is given to another"),
    "BILLHOOK_SWEEP_SECONDS": ("10", "how often lost hints and leases are looked for"),
    "BILLHOOK_PRESS_SECONDS": ("45", "how long one document may take"),
    "BILLHOOK_PRESS_MEMORY_MB": ("1024", "how much memory one document may take"),
    "BILLHOOK_STOP_SECONDS": (
        "50",
        "how long the work in hand may take when a process is told to stop; then it is given back",
    ),
    "BILLHOOK_LOG_FORMAT": ("", "how log lines are written: json or text; unset: text at a terminal, JSON elsewhere"),
    "BILLHOOK_LOG_LEVEL": ("INFO", "what a long-lived process logs: DEBUG, INFO, WARNING or ERROR and worse"),
    "BILLHOOK_METRICS_PORT": ("", "where a worker or sweeper serves /metrics; unset: nowhere"),
    "BILLHOOK_METRICS_HOST": ("127.0.0.1", "the address it listens at"),
    "BILLHOOK_OTEL": ("", "1: traces are sent as the OTEL_ variables say; 0: never; unset: when they name an endpoint"),
    "BILLHOOK_VAT_CHECK": (
        "",
        "with `vies`, invoices want the EU register's yes to a VAT number, by `billhook tax check`; unset: digits do",
    ),
    "BILLHOOK_VAT_CHECK_SECONDS": ("20", "how long the register may take to answer"),
    "BILLHOOK_VAT_CHECK_URL": ("", "where the register is asked; unset: the European Commission's own address"),
    "BILLHOOK_WEBHOOKS": (
        "",
        "with `private`, webhooks may go into your own network, by http:// too; unset: public https",
    ),
    "BILLHOOK_FAILPOINT": ("", "for drills only: where this process is to fail, such as attach.before_commit:kill"),
    "BILLHOOK_SQLITE_SYNCHRONOUS": ("FULL", "FULL: a commit survives a power cut; NORMAL: a crash of the process only"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """See `VARIABLES`."""

    database_url: str = "sqlite:///billhook.db"
    broker_url: str | None = None
    base_url: str = "http://localhost:8000"
    base_url_said: bool = False
    mail: str = "billhook-mail"
    mails: bool = False
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_seconds: float = 10
    mail_from: str = "billhook <billhook@localhost>"
    account: str = ""
    threads: int = 2
    lease: timedelta = timedelta(seconds=60)
    sweep: timedelta = timedelta(seconds=10)
    press_seconds: float = 45
    press_memory_mb: int = 1024
    stop_seconds: float = 50
    log_format: Literal["", "json", "text"] = ""
    log_level: str = "INFO"
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    traces: bool = False
    vat_check: Literal["", "vies"] = ""
    vat_check_seconds: float = 20
    vat_check_url: str = ""
    webhooks_anywhere: bool = False
    failpoints: str = ""
    durability: Literal["FULL", "NORMAL"] = "FULL"

    @property
    def links_told(self) -> str:
        """Where links lead, as people read it."""
        return f"links lead to {self.base_url} (BILLHOOK_BASE_URL{'' if self.base_url_said else ' is not set'})"

    @property
    def mail_folder(self) -> Path | None:
        """Where mail lies; None where it is sent."""
        return None if self.mail.startswith(_SERVERS) else Path(self.mail)

    @property
    def mail_told(self) -> str:
        """Where mail goes, as people read it: without who signs in there."""
        if folder := self.mail_folder:
            return f"mail goes into the folder {folder.absolute()}{'' if self.mails else ' (links to sign in only)'}"
        scheme, _, rest = self.mail.partition("://")
        return f"mail goes by {scheme}://{rest.rpartition('@')[2].partition('?')[0]}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """
        Raises:
            Invalid: every variable whose value cannot be read.
        """
        given = os.environ if environment is None else environment
        said = {name: given.get(name) or default for name, (default, _) in VARIABLES.items()}
        if problems := [
            *_number_problems(said),
            *_choice_problems(said),
            *_address_problems(said),
            *_provider_problems(said),
            *_mail_problems(said["BILLHOOK_MAIL"]),
        ]:
            raise Invalid("The configuration", problems)
        return cls(
            database_url=said["BILLHOOK_DATABASE_URL"],
            broker_url=said["BILLHOOK_BROKER_URL"] or None,
            base_url=said["BILLHOOK_BASE_URL"],
            base_url_said=bool(given.get("BILLHOOK_BASE_URL")),
            mail=said["BILLHOOK_MAIL"],
            mails=bool(given.get("BILLHOOK_MAIL")),
            oidc_issuer=said["BILLHOOK_OIDC_ISSUER"],
            oidc_client_id=said["BILLHOOK_OIDC_CLIENT_ID"],
            oidc_client_secret=said["BILLHOOK_OIDC_CLIENT_SECRET"],
            oidc_seconds=float(said["BILLHOOK_OIDC_SECONDS"]),
            mail_from=said["BILLHOOK_MAIL_FROM"],
            account=said["BILLHOOK_ACCOUNT"],
            threads=int(said["BILLHOOK_THREADS"]),
            lease=timedelta(seconds=float(said["BILLHOOK_LEASE_SECONDS"])),
            sweep=timedelta(seconds=float(said["BILLHOOK_SWEEP_SECONDS"])),
            press_seconds=float(said["BILLHOOK_PRESS_SECONDS"]),
            press_memory_mb=int(said["BILLHOOK_PRESS_MEMORY_MB"]),
            stop_seconds=float(said["BILLHOOK_STOP_SECONDS"]),
            log_format=cast(Literal["", "json", "text"], said["BILLHOOK_LOG_FORMAT"]),
            log_level=said["BILLHOOK_LOG_LEVEL"],
            metrics_port=int(said["BILLHOOK_METRICS_PORT"]) if said["BILLHOOK_METRICS_PORT"] else None,
            metrics_host=said["BILLHOOK_METRICS_HOST"],
            traces=said["BILLHOOK_OTEL"] == "1" or (not said["BILLHOOK_OTEL"] and _endpoint_named(given)),
            vat_check=cast(Literal["", "vies"], said["BILLHOOK_VAT_CHECK"]),
            vat_check_seconds=float(said["BILLHOOK_VAT_CHECK_SECONDS"]),
            vat_check_url=said["BILLHOOK_VAT_CHECK_URL"],
            webhooks_anywhere=said["BILLHOOK_WEBHOOKS"] == "private",
            failpoints=said["BILLHOOK_FAILPOINT"],
            durability=cast(Literal["FULL", "NORMAL"], said["BILLHOOK_SQLITE_SYNCHRONOUS"]),
        )


def _endpoint_named(given: Mapping[str, str]) -> bool:
    """OpenTelemetry's own variables say where traces go, and do not forbid them."""
    named = given.get("OTEL_EXPORTER_OTLP_ENDPOINT") or given.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    return bool(named) and given.get("OTEL_SDK_DISABLED", "").lower() != "true"


_RANGES: dict[str, tuple[float, float]] = {
    "BILLHOOK_THREADS": (1, 64),
    "BILLHOOK_LEASE_SECONDS": (0.1, 86_400.0),
    "BILLHOOK_SWEEP_SECONDS": (0.05, 3_600.0),
    "BILLHOOK_PRESS_SECONDS": (0.1, 3_600.0),
    "BILLHOOK_PRESS_MEMORY_MB": (64, 65_536),
    "BILLHOOK_STOP_SECONDS": (0.0, 3_600.0),
    "BILLHOOK_METRICS_PORT": (0, 65_535),
    "BILLHOOK_VAT_CHECK_SECONDS": (0.1, 300.0),
    "BILLHOOK_OIDC_SECONDS": (0.1, 60.0),
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "BILLHOOK_SQLITE_SYNCHRONOUS": ("FULL", "NORMAL"),
    "BILLHOOK_LOG_FORMAT": ("json", "text"),
    "BILLHOOK_LOG_LEVEL": ("DEBUG", "INFO", "WARNING", "ERROR"),
    "BILLHOOK_OTEL": ("0", "1"),
    "BILLHOOK_VAT_CHECK": ("vies",),
    "BILLHOOK_WEBHOOKS": ("private",),
}
_SERVERS = ("smtp://", "smtps://")
_HOST = re.compile(r"\S*[^\s.]\.\S*|\S+:[0-9]+")  # a dot within, or a port
_HTTPS = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?/?", re.ASCII | re.IGNORECASE)
_HERE = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?/?", re.ASCII)
_ADDRESS = re.compile(r"sqlite.*|[^:/?#@]+://[^/?#@]*@[^@]*", re.DOTALL)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)


def _number_problems(said: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(name, f"'{said[name][:40]}' is no number from {low:g} to {high:g}; unset it for {_without(name)}.")
        for name, (low, high) in _RANGES.items()
        if said[name] and not _within(said[name], low, high)
    ]


def _within(text: str, low: float, high: float) -> bool:
    form = _WHOLE if isinstance(low, int) else _DECIMAL
    return form.fullmatch(text) is not None and low <= float(text) <= high


def _choice_problems(said: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(name, f"'{said[name][:40]}' is none of {', '.join(choices)}; unset it for {_without(name)}.")
        for name, choices in _CHOICES.items()
        if said[name] and said[name] not in choices
    ]


def _address_problems(said: Mapping[str, str]) -> list[Problem]:
    """
    Cookies and links go unencrypted on this machine alone. What stands in a password as it is may end it too early:
    then a part of it would be taken for the host, and told in every message; nothing of such an address is said.
    """
    url = said["BILLHOOK_BASE_URL"]
    ours = _HTTPS.fullmatch(url) or _HERE.fullmatch(url)
    told = (
        []
        if ours
        else [Problem("BILLHOOK_BASE_URL", f"'{url[:80]}' is neither https://... nor http://localhost:PORT.")]
    )
    return told + [
        Problem(name, "its password or user holds '@', '/', '?' or '#'; write them as %40, %2F, %3F and %23.")
        for name in ("BILLHOOK_DATABASE_URL", "BILLHOOK_BROKER_URL")
        if "://" in said[name] and "@" in said[name] and not _ADDRESS.fullmatch(said[name])
    ]


def _provider_problems(said: Mapping[str, str]) -> list[Problem]:
    """A provider by all three, or none; and never without encryption but on this machine."""
    names = ("BILLHOOK_OIDC_ISSUER", "BILLHOOK_OIDC_CLIENT_ID", "BILLHOOK_OIDC_CLIENT_SECRET")
    given = [name for name in names if said[name]]
    if given and len(given) < len(names):
        return [Problem(name, f"{', '.join(given)} want it, too.") for name in names if name not in given]
    issuer = said[names[0]]
    if issuer and not issuer.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
        return [Problem(names[0], "a provider's address begins with https://.")]
    return []


def _mail_problems(where: str) -> list[Problem]:
    """A server that is named without its scheme would be a folder, and all mail would lie there."""
    if where.startswith(_SERVERS) or "/" in where or Path(where).is_dir() or not _HOST.fullmatch(where):
        return []
    told = f"it looks like a server: write smtp://{where} for one, or ./{where} for a folder."
    return [Problem("BILLHOOK_MAIL", told.replace(where, where.rpartition("@")[2]))]


def _without(name: str) -> str:
    return VARIABLES[name][0] or "none"
