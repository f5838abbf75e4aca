"""A receiver of webhooks: a real HTTP server of this machine that keeps what it gets and answers as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Event, Thread


class Receiver:
    """`got` is each request's headers and body; `answers` the statuses to come, 204 when there are none left."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], str]] = []
        self.answers: list[int] = []
        self.sends = b""
        self.headers: dict[str, str] = {}
        self.url = ""
        self.came, self.holds = Event(), Event()  # something came; answers are given
        self.holds.set()


@contextmanager
def receiving(tls: SSLContext | None = None) -> Iterator[Receiver]:
    """One that listens at `url` while the block lasts; with `tls`, by HTTPS."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.came.set()
            receiver.holds.wait(20)
            self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
            for name, value in {**receiver.headers, "content-length": str(len(receiver.sends))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.sends)

        def log_message(self, *_given: object) -> None:
            """It says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        receiver.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/billhook"
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield receiver
        server.shutdown()
        thread.join(10)
