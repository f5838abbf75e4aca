"""What the web refuses before any verb is asked: no token, no scope, too many calls, a stale look, a stranger."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from engine.errors import BillhookError, Conflict


class TokenNeeded(BillhookError):
    """No token, or one that opens nothing: the answer is the same."""

    code = "token_needed"

    def __init__(self) -> None:
        super().__init__(
            "This address wants an API token that is not revoked. Send 'Authorization: Bearer bh_...'; owners, "
            "admins and partners' contacts make tokens under Account > API tokens."
        )


class ScopeMissing(BillhookError):
    """The token was not made for this."""

    code = "scope_missing"

    def __init__(self, scope: str, held: Collection[str]) -> None:
        self.scope, self.held = scope, tuple(held)
        super().__init__(f"The token has no scope '{scope}'; it has {', '.join(held) or 'none'}. Make one that has it.")


class TooFast(BillhookError):
    """More calls in a minute than a token may make."""

    code = "too_fast"

    def __init__(self, calls: int, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"The token made {calls} calls within a minute. Wait {seconds} seconds, then go on.")


class PressBusy(BillhookError):
    """As many documents as may be are asked for at the moment; this one was not begun. `seconds`: when to try again."""

    code = "press_busy"
    seconds = 5

    def __init__(self) -> None:
        super().__init__(
            "As many documents are being drawn as may be at a time, so this one was not begun and nothing was done. "
            f"Try again in {self.seconds} seconds."
        )


class FieldTooLong(BillhookError):
    """A field of a form that is longer than any field needs to be; the form was not read on."""

    code = "field_too_long"

    def __init__(self, kilobytes: int) -> None:
        self.kilobytes = kilobytes
        super().__init__(
            f"A field of this form is longer than {kilobytes} KB, so none of it was kept. Go back and shorten it."
        )


class Encoded(BillhookError):
    """A body in a content coding (RFC 9110 8.4); none is taken."""

    code = "unsupported_media_type"

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        told = "and nothing is unpacked here. Send it without Content-Encoding."
        super().__init__(f"The body is in '{encoding}', {told}")


class Stale(BillhookError):
    """What was looked at is not as it was: by `If-Match` (RFC 9110 13.1.1), or by what a page's form carries."""

    code = "stale"

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(f"{subject} has changed since you looked at it, so nothing was done. Look again and repeat.")


@contextmanager
def as_looked_at(subject: str) -> Iterator[None]:
    """
    Around a deed that is bound to what was looked at.

    Raises:
        Stale: somebody else was first.
    """
    try:
        yield
    except Conflict:
        raise Stale(subject) from None


class ProviderRefused(BillhookError):
    """The provider did not say who somebody is, or not that the address is theirs; nobody was signed in."""

    code = "provider_refused"

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The sign-in did not succeed: {why}. Begin again at /sign-in, or ask for a link by mail.")


class ProviderSilent(BillhookError):
    """The provider is not reached, not in time, or does not answer as providers do; nobody was signed in."""

    code = "provider_silent"

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"The provider does not answer as it should ({why}), so nobody can sign in by it now. Try again in a while "
            "at /sign-in, or ask for a link by mail there."
        )
