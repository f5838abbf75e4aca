"""A Redis that fails at the k-th thing it is asked, between redis-py and the real one. It knows no hint."""

from typing import Any

import redis

from tests.failing_database import Plan


def refused(_connection: Any) -> None:
    """Nobody answers there: what was asked is not done."""
    raise redis.ConnectionError("Connection refused")


def unanswered(connection: Any) -> None:
    """What is asked is done, and its answer gets lost: redis-py asks again."""
    read = connection.read_response

    def lose(*how: Any, **more: Any) -> None:
        del connection.read_response
        read(*how, **more)
        raise redis.ConnectionError("Connection closed by server")

    connection.read_response = lose


FAILURES = (refused, unanswered)


class FrailPool:
    """Around a client's connections: each time one is asked for, something is about to be asked of Redis."""

    def __init__(self, inner: redis.ConnectionPool, plan: Plan) -> None:
        self._inner, self._plan = inner, plan

    def get_connection(self, *names: Any) -> Any:
        connection = self._inner.get_connection(*names)
        try:
            self._plan.ask(connection)
        except redis.ConnectionError:
            self._inner.release(connection)
            raise
        return connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
