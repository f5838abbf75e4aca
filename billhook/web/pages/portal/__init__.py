"""The partner's portal: onboarding, payouts, documents, the account. Each file is one part of it."""

from fastapi import APIRouter

from billhook.web.pages.portal import account, documents, handouts, home, onboarding, payouts, people, tokens

routes = APIRouter(include_in_schema=False)
for part in (home, onboarding, payouts, documents, handouts, account, people, tokens):
    routes.include_router(part.routes, prefix="/portal")
