"""The web application over a Billhook: it puts routes together and knows none of them."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from billhook.app import Billhook
from billhook.metrics import Metrics
from billhook.web import health, problems
from billhook.web.surroundings import Surroundings


def create_app(billhook: Billhook) -> FastAPI:
    """
    The application, for any ASGI server. From now on metrics are kept of what `billhook` does in this process. It
    starts no worker and closes nothing: whoever made the Billhook does.
    """
    metrics = Metrics(billhook.world)
    billhook.observe(metrics)
    app = FastAPI(
        title="billhook",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Surroundings, unforeseen=lambda: problems.problem(500))],
        exception_handlers={HTTPException: problems.of_http},
    )
    app.include_router(health.router(billhook, metrics))
    return app
