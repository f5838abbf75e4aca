"""
Authlib's client of OpenID Connect providers, loaded without what it says of httpx on standard error; and what it raises
where a provider is silent or sends what cannot be read.
"""

import warnings

from authlib.deprecate import AuthlibDeprecationWarning
from joserfc.errors import JoseError

with warnings.catch_warnings():  # where httpx2 is not installed it asks for it, at every start and of everybody
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.starlette_client import OAuth as OAuth

try:  # as Authlib does: its requests are made by httpx2 where that is installed, and raise what that raises
    import httpx2 as http
except ImportError:
    import httpx as http  # type: ignore[no-redef]

#: It is not reached, not in time, or says that it cannot.
SILENT: tuple[type[Exception], ...] = (http.HTTPError, http.InvalidURL, OSError)
#: What it sent is no answer, or none that can be trusted. Authlib reads what strangers wrote without looking first.
AMISS: tuple[type[Exception], ...] = (
    OAuthError, JoseError, RuntimeError, ValueError, LookupError, TypeError, AttributeError,
)  # fmt: skip
