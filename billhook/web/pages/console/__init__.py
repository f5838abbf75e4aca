"""The vendor's console: what waits, partners, payouts, pipelines, the account. Each file is one part of it."""

from fastapi import APIRouter

from billhook.web.pages.console import account, home, jobs, partners, payouts, people, pipelines, tokens

routes = APIRouter(include_in_schema=False)
for part in (home, partners, payouts, pipelines, account, people, tokens, jobs):
    routes.include_router(part.routes, prefix="/console")
