"""The vendor's console: what waits, partners, rewards, payouts, pipelines, the account. Each file is one part of it."""

from fastapi import APIRouter

from billhook.web.pages.console import (
    account,
    consent,
    contacts,
    documents,
    handouts,
    home,
    imports,
    jobs,
    partners,
    payouts,
    people,
    pipelines,
    rewards,
    tokens,
    webhooks,
)

routes = APIRouter(include_in_schema=False)
for part in (
    home, documents, consent, contacts, partners, imports, rewards, payouts, pipelines, handouts, account, people,
    tokens, webhooks, jobs,
):  # fmt: skip
    routes.include_router(part.routes, prefix="/console")
