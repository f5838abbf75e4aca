"""A billhook with a demo in it, served to real browsers from a thread of this process. It knows no page."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from pathlib import Path

import uvicorn

from billhook import Billhook
from billhook.cli.terminal import Terminal
from billhook.demo import run
from billhook.demo.seats import ways_in
from billhook.settings import Settings
from billhook.web.application import create_app
from billhook.web.patience import Patience
from engine import sign_in
from tests.browser.shop import Shop


@dataclass
class Served:
    """`url` begins every address; `mail` is the folder of sent mail; `main_contact` is one of a partner in the demo."""

    billhook: Billhook
    url: str
    mail: Path
    main_contact: str = ""
    _shops: Iterator[int] = field(default_factory=lambda: count(1))

    def shop(self) -> Shop:
        """An account of its own, with its people and one partner."""
        return Shop(self.billhook, next(self._shops))

    def mailed(self, email: str) -> list[EmailMessage]:
        """What was sent to this address so far, the oldest first."""
        found = [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(self.mail.glob("*.eml"))]
        return [mail for mail in found if mail["To"] == email]

    def link(self, email: str) -> str:
        """What a mail would lead to: the address that signs this person in, once."""
        return f"{self.url}/sign-in/{sign_in.link(self.billhook.world, email)}"


@contextmanager
def served_demo(folder: Path) -> Iterator[Served]:
    """The demo is played into the folder and served, with a worker, until the block ends."""
    out = folder / "demo"
    run(out, partners=12, terminal=Terminal(as_json=True))
    mail = folder / "mail"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://localhost:{listener.getsockname()[1]}"
        settings = Settings(
            database_url=f"sqlite:///{out}/billhook.db", base_url=url, mail=str(mail), mails=True, stop_seconds=5
        )
        with Billhook(settings=settings) as billhook:
            billhook.upgrade()
            main = next(way.email for way in ways_in(billhook) if way.who.startswith("main contact"))
            billhook.start_worker()
            with _answering(billhook, listener):
                yield Served(billhook, url, mail, main)


@contextmanager
def _answering(billhook: Billhook, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(
        create_app(billhook), log_config=None, access_log=False, timeout_graceful_shutdown=2, http=Patience
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="served")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
