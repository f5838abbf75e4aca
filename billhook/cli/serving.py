"""The command `serve`: the web application, and a worker with it where no broker leads to others; on a demo, too."""

import os
from pathlib import Path
from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.session import Session


def add_to(app: typer.Typer) -> None:
    command(app, "serve")(serve)


def serve(
    session: Session,
    *,
    host: Annotated[str, typer.Option("--host", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="0: any that is free.")] = 8000,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Do no jobs in this process.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="On a filled account, with links to enter.")] = False,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the demo is.")] = Path("demo-out"),
) -> None:
    """Serve the web until told to stop. Without a broker this process does the jobs too."""
    session.stays = True
    free = _free_port(host, port)
    if demo:
        _fill(session, out, port)
    _require_own_machine(session, host)
    if not session.settings.base_url_said:
        session.say(base_url=address(host, free))
    billhook = session.billhook
    works = not (no_worker or session.settings.broker_url)
    if works:
        billhook.press.version()  # a library that is missing is told now, not job by job
    if demo:
        _tell_ways_in(session)
    from billhook.web import server

    server.serve(billhook, host=host, port=free, works=works)


def _free_port(host: str, port: int) -> int:
    """
    The port, or one that is free for 0. Asked before anything is told: links to one of somebody else's lead nowhere.

    Raises:
        Invalid: somebody listens there. OSError: there is no such address.
    """
    import errno
    import socket

    from engine.errors import Invalid, Problem

    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as found:
            return int(found.getsockname()[1])
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        told = (
            f"{port} is in use at {host}; stop what listens there, or name another port, and that one in "
            "BILLHOOK_BASE_URL, too: links of other commands lead there."
        )
        raise Invalid("The command", [Problem("--port", told)]) from None


def address(host: str, port: int) -> str:
    """As a browser on this machine says it; whoever is reached from elsewhere has said where."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{'localhost' if name == '127.0.0.1' else name}:{port}"


def _require_own_machine(session: Session, host: str) -> None:
    """
    Whoever is reached from elsewhere says where: links to sign in lead there, and cookies are kept for it.

    Raises:
        Invalid: it would listen for others, and links say localhost.
    """
    from urllib.parse import urlsplit

    from billhook.web.surroundings import is_loopback
    from engine.errors import Invalid, Problem

    named = urlsplit(session.settings.base_url).hostname or ""
    if is_loopback(named) and not is_loopback(host):
        told = f"it is {session.settings.base_url} while --host is {host}: set it to where people reach the web."
        raise Invalid("The configuration", [Problem("BILLHOOK_BASE_URL", told)])


def _fill(session: Session, out: Path, port: int) -> None:
    """
    Play the demo into the folder, where it was not played before, and work there from here on. What goes well is not
    logged unless it is asked for: the links to enter would be out of sight.

    Raises:
        Invalid: any port would do, and links have to name one.
    """
    from billhook.demo import run
    from billhook.demo.folder import Folder
    from engine.errors import Invalid, Problem

    if not port:
        raise Invalid("The command", [Problem("--port", "the demo's links lead to a port: name one, such as 8000.")])
    folder = Folder(out)
    if not folder.summary.exists():
        run(out, partners=12, terminal=session.terminal)
    session.say(
        database_url=f"sqlite:///{folder.database}", broker_url="", base_url=f"http://localhost:{port}",
        base_url_said=False, mail=str(out / "mail"), mails=True, account="ACME",
        log_level=os.environ.get("BILLHOOK_LOG_LEVEL", "WARNING"),
    )  # fmt: skip


def _tell_ways_in(session: Session) -> None:
    """On the terminal: links that work once, for a quarter of an hour. More are sent to the folder of mail."""
    from billhook.demo.seats import ways_in

    session.billhook.upgrade()
    for way in ways_in(session.billhook):
        session.terminal.remark(f"{way.who}: {session.settings.base_url}{way.path}")
    session.terminal.remark(
        f"Each works once, for 15 minutes. Other mail lands in {session.settings.mail}/. Ctrl-C stops it."
    )
