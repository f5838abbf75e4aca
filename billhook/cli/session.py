"""
What a command works with: the database, the account and the actor, opened when first asked for.

At its end a session waits for the documents that its command caused, unless it was told not to or workers are
elsewhere. Nothing of the database is loaded before it is asked for.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from billhook.cli.everywhere import Everywhere
from billhook.cli.terminal import Terminal

if TYPE_CHECKING:
    from billhook.app import Account, Billhook, Workspace
    from billhook.settings import Settings
    from billhook.traces import Exported
    from engine.actor import Actor
    from engine.contracts import Document
    from renderers.press import Press

_FORMS = "write sqlite:///file or postgresql+psycopg://host/name"
_VENDOR_ROLES = ("owner", "admin", "manager", "finance", "viewer")


class Session:
    """Use it in a `with` block: leaving it waits for jobs and closes what was opened."""

    press: "Press | None" = None
    """What prints, for a process that runs many commands; without it each command that prints starts its own."""

    def __init__(self, said: Everywhere, terminal: Terminal) -> None:
        self.said, self.terminal = said, terminal
        self.stays = False  # a long-lived process, under a supervisor
        self._opened: Billhook | None = None
        self._ends = ExitStack()
        self._jobs_noted = False

    @cached_property
    def settings(self) -> "Settings":
        """Raises Invalid: the configuration cannot be read."""
        from billhook.settings import Settings

        said = {"BILLHOOK_DATABASE_URL": self.said.database, "BILLHOOK_ACCOUNT": self.said.account}
        return Settings.from_environment({**os.environ, **{name: text for name, text in said.items() if text}})

    def say(self, **settings: Any) -> None:
        """What a command's own options say of the settings; None says nothing."""
        from dataclasses import replace

        self.settings = replace(self.settings, **{name: value for name, value in settings.items() if value is not None})

    @cached_property
    def billhook(self) -> "Billhook":
        """
        The database, up to date.

        Raises:
            DatabaseUnreachable, DatabaseNotReady: with the way out.
        """
        _require_file(self.settings.database_url)
        opened = self.open()
        opened.require_ready()
        return opened

    def open(self) -> "Billhook":
        """The database as it is, with its machinery; nothing has been asked of it yet."""
        from billhook.app import Billhook

        self._show_logs()
        if self._opened is None:
            with _known_database(self.settings.database_url):
                self._opened = Billhook(settings=self.settings, press=self.press)
            self._observe(self._opened)
            self._notice_jobs(self._opened)
        return self._opened

    @cached_property
    def account(self) -> "Account":
        """The account that was named, or the only one. Raises Unknown, Invalid."""
        from engine.errors import Invalid, Problem, Unknown

        code, known = self.settings.account, self.billhook.accounts()
        if not code and len(known) != 1:
            told = f"there are {', '.join(known)}; name one." if known else "there is none yet. Run: billhook init"
            raise Invalid("The command", [Problem("--account", told)])
        if code and known and code not in known:
            raise Unknown("account", code, known)
        return self.billhook.account(code or known[0])

    @cached_property
    def workspace(self) -> "Workspace":
        """The account as seen by the actor that `--as` names. Raises Unknown, Invalid."""
        from engine.errors import Invalid, Problem

        role, _, person = (self.said.as_ or "owner:cli").partition(":")
        if role == "partner":
            if not person:
                raise Invalid("The command", [Problem("--as", "write partner:CODE, such as partner:DE-NORD.")])
            return self.account.main_contact(person, origin="cli")
        return self.account.as_(_vendor(role, person or "cli"))

    @property
    def actor(self) -> "Actor":
        return self.workspace.caller.actor

    def payout_id(self, text: str) -> str:
        """The full id of the payout that is named by its id or its end. Raises NotFound."""
        return self.workspace.payouts.find(text)

    def wait_for_documents(self) -> None:
        """Work off what this command caused; with a broker, workers elsewhere do."""
        if self._opened is None or self.stays or not self._jobs_noted or self.said.no_wait or self.settings.broker_url:
            return
        from billhook.worker import work_off

        work_off(self._opened, self.terminal)

    def _show_logs(self) -> None:
        if self.stays:
            from billhook import logs

            logs.start(form=self.settings.log_format, level=self.settings.log_level)
        else:
            from billhook.cli import logs as of_commands

            of_commands.show()

    def _observe(self, opened: "Billhook") -> None:
        if self.stays:
            from billhook.logs import LogIds

            opened.observe(LogIds())
        if self.settings.traces:
            exported = _exported_traces()
            opened.observe(exported.traces)
            self._ends.callback(exported.close)

    def _notice_jobs(self, opened: "Billhook") -> None:
        wake = opened.world.wake

        def notice() -> None:
            self._jobs_noted = True
            wake()

        opened.world.wake = notice

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.wait_for_documents()
        finally:
            with self._ends:
                if self._opened is not None:
                    self._opened.close()


def _exported_traces() -> "Exported":
    """Raises Invalid: the extra is not installed."""
    from engine.errors import Invalid, Problem

    try:
        from billhook.traces import Exported
    except ModuleNotFoundError as error:
        told = f"'{error.name}' is missing; install billhook[otel], or set it to 0."
        raise Invalid("The configuration", [Problem("BILLHOOK_OTEL", told)]) from None
    return Exported()


def _require_file(url: str) -> None:
    """One that is not there is mostly in another folder: nothing is made in its place. Raises DatabaseUnreachable."""
    from pathlib import Path

    from engine.errors import DatabaseUnreachable

    scheme, _, name = url.partition(":///")
    if scheme.partition("+")[0] == "sqlite" and name and name != ":memory:" and not Path(name).exists():
        way_out = "there is no such file; go to its folder, or begin one with: billhook init"
        raise DatabaseUnreachable(f"sqlite:///{Path(name).absolute()}", way_out)


@contextmanager
def _known_database(url: str) -> Iterator[None]:
    """What is no address, or one of a kind that nothing is installed for, as a sentence. Raises DatabaseUnreachable."""
    from sqlalchemy.exc import ArgumentError

    from engine.errors import DatabaseUnreachable

    # What is no address may be a password anywhere; of one, who signs in and the query may be.
    where = f"{url.partition('://')[0]}://{url.partition('://')[2].rpartition('@')[2].partition('?')[0]}"
    where = where if "://" in url else "that was named"
    try:
        yield
    except ArgumentError:
        raise DatabaseUnreachable(where, _FORMS) from None
    except ModuleNotFoundError as error:
        ours = url.startswith("postgresql")
        told = f"'{error.name}' is missing; install billhook[postgres]" if ours else _FORMS
        raise DatabaseUnreachable(where, told) from None


def pairs(given: list[str] | None, *, option: str) -> dict[str, str]:
    """`name=value` texts as a mapping. Raises Invalid with every text that is none."""
    from engine.errors import Invalid, Problem

    given = given or []
    wrong = [Problem(text or "''", "write it as name=value.") for text in given if not text.partition("=")[0].strip()
             or "=" not in text]  # fmt: skip
    if wrong:
        raise Invalid(option, wrong)
    return {name.strip(): value for name, _, value in (text.partition("=") for text in given)}


def answers(given: list[str] | None, *, option: str = "--answer") -> dict[str, Any]:
    """As `pairs`; a value `@path` is the file's content, `@@text` is the text `@text`."""
    return {name: _value(text) for name, text in pairs(given, option=option).items()}


def uploads(given: list[str] | None) -> "Mapping[str, Document]":
    """`name=@path` texts as documents."""
    return {name: file_at(text.removeprefix("@")) for name, text in pairs(given, option="--upload").items()}


def file_at(path: str) -> "Document":
    """A file as an upload. Raises OSError."""
    from pathlib import Path

    from engine.contracts import Document

    return Document(Path(path).name, "application/octet-stream", Path(path).read_bytes())


def _value(text: str) -> Any:
    if text.startswith("@@"):
        return text[1:]
    return file_at(text[1:]) if text.startswith("@") else text


def _vendor(role: str, person: str) -> "Actor":
    from engine.actor import Actor
    from engine.errors import Unknown

    if role not in _VENDOR_ROLES:
        raise Unknown("role", role, [*_VENDOR_ROLES, "partner:CODE"])
    return Actor.vendor(person, role, origin="cli")
