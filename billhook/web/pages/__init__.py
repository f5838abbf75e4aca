"""The pages: the way in, the partner's portal, the vendor's console. Each file makes one router."""

from fastapi import APIRouter, Depends

from billhook.web.pages import console, entrance, mail, portal
from billhook.web.visits import own_form, with_session

#: What every page depends on.
DEPENDENCIES = (Depends(with_session), Depends(own_form))

routes = APIRouter(dependencies=DEPENDENCIES, redirect_slashes=False)
for part in (entrance.routes, mail.routes, portal.routes, console.routes):
    routes.include_router(part)
