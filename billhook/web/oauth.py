"""Authlib's client of OpenID Connect providers, loaded without what it says of httpx on standard error."""

import warnings

from authlib.deprecate import AuthlibDeprecationWarning

with warnings.catch_warnings():  # where httpx2 is not installed it asks for it, at every start and of everybody
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.base_client import OAuthError as OAuthError
    from authlib.integrations.starlette_client import OAuth as OAuth
