"""Several who watch, as one observer. It knows none of them."""

from types import TracebackType

from engine.observer import Observer, Part, Watch
from engine.outbox import Claim


class Together:
    """Observers that are told one after the other."""

    def __init__(self, *observers: Observer) -> None:
        self.observers = observers

    def transition(self, account_id: str, payout_id: str, trigger: str) -> Watch:
        return _All([each.transition(account_id, payout_id, trigger) for each in self.observers])

    def transition_ended(self, code: str) -> None:
        for each in self.observers:
            each.transition_ended(code)

    def job(self, claim: Claim) -> Watch:
        return _All([each.job(claim) for each in self.observers])

    def job_ended(self, claim: Claim, outcome: str) -> None:
        for each in self.observers:
            each.job_ended(claim, outcome)

    def part(self, name: Part) -> Watch:
        return _All([each.part(name) for each in self.observers])


class _All:
    __slots__ = ("_watches",)

    def __init__(self, watches: list[Watch]) -> None:
        self._watches = watches

    def __enter__(self) -> None:
        for each in self._watches:
            each.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in reversed(self._watches):
            each.__exit__(kind, error, trace)
