"""
The composition root and the facade: the one place that chooses real things, and the door through which they are used.

`Billhook` is a database with its machinery; `Workspace` is one account seen by one actor. There is no way to a row
that does not pass both. Making a Billhook starts no thread and no process; `start_worker()` does.
"""

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Generic, Self, TypeVar

from billhook import doors, paper_door, payout_door
from billhook.agreement_door import Agreements
from billhook.courier import HttpCourier
from billhook.handout_door import Handouts
from billhook.observing import Together
from billhook.people import People, Tokens
from billhook.postbox import Postbox
from billhook.press_queue import PressQueue
from billhook.settings import Settings
from billhook.tax_door import Tax
from billhook.webhook_door import Webhooks
from engine import accounts, failpoints, migrations
from engine.actor import Actor
from engine.clock import SystemClock
from engine.contracts import Clock
from engine.dispatch import Dispatcher, Pace
from engine.observer import Nobody, Observer
from engine.outward import Courier
from engine.registry import Registry, load_renderers
from engine.store import Store
from engine.vat_check import VatCheck
from engine.world import Caller, World
from renderers.machine_fonts import MachineFonts
from renderers.press import Press, PressPool

Opening = TypeVar("Opening")


class Billhook:
    """A database with its machinery. Use it in a `with` block, or `close()` it."""

    def __init__(
        self,
        url: str | None = None,
        *,
        settings: Settings | None = None,
        clock: Clock | None = None,
        press: Press | None = None,
        registry: Registry | None = None,
        vat_check: VatCheck | None = None,
        courier: Courier | None = None,
    ) -> None:
        """
        url: SQLAlchemy's form; without it `settings`, else the environment, says where. vat_check: a register of VAT
        numbers other than the one of the settings.

        Raises:
            Invalid: the configuration cannot be read.
        """
        self.settings = settings or Settings.from_environment()
        failpoints.arm(self.settings.failpoints)
        self.press = press or PressPool(
            self.settings.threads, seconds=self.settings.press_seconds, memory_mb=self.settings.press_memory_mb
        )
        queue = PressQueue(self.press)
        self.world = World(
            store=Store(url or self.settings.database_url, durability=self.settings.durability),
            registry=registry or Registry.load(),
            clock=clock or SystemClock(),
            tools=queue,
            renderers=load_renderers(queue),
            vat_check=vat_check or _register(self.settings),
            courier=courier or _courier(self.settings),
            letters=MachineFonts(),
        )
        pace = Pace(threads=self.settings.threads, lease=self.settings.lease, sweep=self.settings.sweep)
        self.dispatcher = Dispatcher(self.world, broker_url=self.settings.broker_url, pace=pace)
        self._working = False

    def upgrade(self) -> None:
        """Make or change the tables, so that they are what this version works with."""
        migrations.upgrade(self.world.store.engine)

    def require_ready(self) -> None:
        """
        Raises:
            DatabaseNotReady: `upgrade` has not been run for this version.
        """
        migrations.require(self.world.store.engine)

    def create_account(self, code: str, name: str, *, timezone: str = "UTC", actor: Actor) -> "Account":
        """Make an account. Raises Invalid with every problem."""
        accounts.create(self.world, code, name, timezone=timezone, actor=actor)
        return self.account(code)

    def account(self, code: str) -> "Account":
        """The account called `code`. Raises NotFound."""
        return Account(self.world, accounts.find(self.world, code))

    def accounts(self) -> list[str]:
        """The codes of all accounts."""
        with self.world.store.reading() as tx:
            return [row.code for row in tx.all("SELECT code FROM account ORDER BY code")]

    def start_worker(self) -> None:
        """Start worker threads and the sweeper in this process. Raises BrokerUnreachable."""
        self.dispatcher.start()
        self._working = True

    def start_sweeper(self) -> None:
        """Start the sweeper alone: jobs are given out, timers fire, workers are elsewhere. Raises BrokerUnreachable."""
        self.dispatcher.start(worker=False)
        self._working = True

    def observe(self, *observers: Observer) -> None:
        """Tell these, too, of transitions and jobs from now on."""
        known = [] if isinstance(self.world.observer, Nobody) else [self.world.observer]
        self.world.observer = Together(*known, *observers)

    def drain(
        self,
        seconds: float | None = None,
        *,
        progress: Callable[[int], None] = lambda _left: None,
        put_off_too: bool = True,
    ) -> bool:
        """
        Wait until no job is open, `seconds` at most. True when none is. `progress` is told how many are left;
        without `put_off_too` jobs that are to be tried again later are not waited for.
        """
        return self.dispatcher.drain(seconds=seconds, progress=progress, put_off_too=put_off_too)

    def close(self, *, seconds: float | None = None) -> None:
        """
        Let the work in hand end, `seconds` at most (those of the settings), and let go of everything. A job that does
        not end in time is given back for another worker, and its press ends. Closing again changes nothing.
        """
        with ExitStack() as ends:
            ends.callback(self.world.store.close)
            ends.callback(self.press.close)
            self.stop_work(seconds=seconds)

    def stop_work(self, *, seconds: float | None = None) -> bool:
        """Stop what `start_worker` started, as `close` does. True when all work in hand ended in time."""
        working, self._working = self._working, False
        return not working or self.dispatcher.stop(seconds=self.settings.stop_seconds if seconds is None else seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _courier(settings: Settings) -> Courier:
    postbox = Postbox(settings.mail, sender=settings.mail_from, base_url=settings.base_url)
    return HttpCourier(postbox, anywhere=settings.webhooks_anywhere, mails=settings.mails)


def _register(settings: Settings) -> VatCheck | None:
    """What the settings name; its HTTP client is loaded only then."""
    if not settings.vat_check:
        return None
    from billhook.vies import ADDRESS, Vies

    return Vies(url=settings.vat_check_url or ADDRESS, seconds=settings.vat_check_seconds)


class Account:
    """One vendor's workspace; say who you are to get in."""

    def __init__(self, world: World, account_id: str) -> None:
        self.world, self.id = world, account_id

    def as_(self, actor: Actor) -> "Workspace":
        return Workspace(Caller(self.world, self.id, actor))

    def main_contact(self, partner: str, *, origin: str = "") -> "Workspace":
        """As the partner's main contact. Raises NotFound."""
        return self.as_(doors.contact_of(self.world, self.id, partner, origin=origin))


class Opened(Generic[Opening]):
    """A door of a workspace: made for its caller when somebody goes through."""

    def __init__(self, door: Callable[[Caller], Opening]) -> None:
        self._door = door

    def __get__(self, workspace: "Workspace", _owner: type["Workspace"]) -> Opening:
        return self._door(workspace.caller)


class Workspace:
    """An account as one actor sees it: a door for each kind of thing."""

    settings = Opened(doors.Settings)
    pipelines = Opened(doors.Pipelines)
    partners = Opened(doors.Partners)
    rewards = Opened(doors.Rewards)
    onboarding = Opened(doors.Onboarding)
    self_invoicing = Opened(doors.SelfInvoicing)
    tax = Opened(Tax)
    agreements = Opened(Agreements)
    payouts = Opened(payout_door.Payouts)
    documents = Opened(paper_door.Documents)
    handouts = Opened(Handouts)
    invoices = Opened(paper_door.Invoices)
    jobs = Opened(doors.Jobs)
    people = Opened(People)
    tokens = Opened(Tokens)
    webhooks = Opened(Webhooks)

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
