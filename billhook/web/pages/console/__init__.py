"""The vendor's console: what waits, partners, payouts, pipelines, the account. Each file is one part of it."""

from fastapi import APIRouter

from billhook.web.pages.console import (
    account,
    consent,
    documents,
    handouts,
    home,
    jobs,
    partners,
    payouts,
    people,
    pipelines,
    tokens,
    webhooks,
)

routes = APIRouter(include_in_schema=False)
for part in (home, documents, consent, partners, payouts, pipelines, handouts, account, people, tokens, webhooks, jobs):
    routes.include_router(part.routes, prefix="/console")
