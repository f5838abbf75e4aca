"""
The web application served by uvicorn until told to stop, with a worker in the same process where it is wanted.

Told to stop, it takes no more requests and no more jobs at the same moment; what is in hand has as long as the
settings give it.
"""

import asyncio
import logging
import math
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from billhook.app import Billhook
from billhook.stopping import Stop, told_to_stop
from billhook.web.application import create_app, routes_of_the_api
from billhook.web.patience import Patience, as_many_files_as_allowed

_LATER = 2.0  # seconds; whoever waits for the first page is not to wait for the API too

log = logging.getLogger("billhook.web")


def serve(billhook: Billhook, *, host: str, port: int, works: bool) -> None:
    """
    Serve until SIGTERM or SIGINT; then close the Billhook.

    Raises:
        OSError: it cannot listen there. BrokerUnreachable: with `works`, when nobody answers at its address.
    """
    as_many_files_as_allowed()
    with listening(host, port) as listener:
        server = _Server(_config(billhook))
        with told_to_stop(server.stop) as stop:
            if works:
                billhook.start_worker()
            told = f"{_address(listener)}{_threads(billhook, works)}; stop with Ctrl-C or SIGTERM"
            log.info("listening at %s; %s; %s", told, billhook.settings.links_told, billhook.settings.mail_told)
            jobs = threading.Thread(target=_stop_jobs, args=(billhook, stop), name="billhook-stop")
            jobs.start()
            try:
                server.run(sockets=[listener])
            finally:
                stop.set()
                jobs.join()
                billhook.close()
    log.info("stopped")


class _Server(uvicorn.Server):
    """uvicorn, but signals are ours: its own answer to them would end the process before the jobs have."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """It answers at once, and soon loads the API, so that no program's first call waits long for it."""
        await super().startup(sockets)
        loop = asyncio.get_running_loop()
        loop.call_later(_LATER, loop.run_in_executor, None, routes_of_the_api)

    def stop(self) -> None:
        self.should_exit = True


def _config(billhook: Billhook) -> uvicorn.Config:
    """No access log of uvicorn's: it has addresses of people, and paths as they were sent."""
    return uvicorn.Config(
        create_app(billhook), log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=math.ceil(billhook.settings.stop_seconds), http=Patience,
    )  # fmt: skip


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listener:
        # What is accepted inherits it. asyncio sets it only on sockets that name their protocol, which these do not;
        # without it an answer of two parts waits 40 ms for the first to be acknowledged.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


def _stop_jobs(billhook: Billhook, stop: Stop) -> None:
    stop.wait()
    log.info("stopping; the work in hand has %g s", billhook.settings.stop_seconds)
    billhook.stop_work()


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _threads(billhook: Billhook, works: bool) -> str:  # noqa: FBT001
    return f", working with {billhook.settings.threads} thread(s)" if works else ""
