"""Which mails somebody gets and in which language; and, where mail lands in a folder, what lies there."""

from email import message_from_bytes
from email.policy import default
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import edits
from billhook.web.surroundings import is_loopback
from billhook.web.visits import Anybody, Partner, Vendor, Visit
from billhook.wording import LANGUAGES, title
from engine.errors import NotFound
from engine.mails import OF_PARTNERS, OF_VENDORS

routes = APIRouter(include_in_schema=False)
Language = Annotated[str, Form(max_length=10)]
Wanted = Annotated[list[str], Form(max_length=50)]
NEWEST = 50


@routes.get("/portal/mail")
def of_partner(visit: Partner) -> Response:
    return _page(visit, OF_PARTNERS)


@routes.post("/portal/mail")
def keep_of_partner(visit: Partner, language: Language = "en", wanted: Wanted = []) -> Response:  # noqa: B006
    return _keep(visit, "/portal/mail", OF_PARTNERS, language, wanted)


@routes.get("/console/mail")
def of_vendor(visit: Vendor) -> Response:
    return _page(visit, OF_VENDORS)


@routes.post("/console/mail")
def keep_of_vendor(visit: Vendor, language: Language = "en", wanted: Wanted = []) -> Response:  # noqa: B006
    return _keep(visit, "/console/mail", OF_VENDORS, language, wanted)


@routes.get("/dev/mail")
def folder(visitor: Anybody) -> Response:
    """
    What lies in the folder, so that somebody who tries billhook out can sign in. On this machine alone, and only while
    no SMTP server is named.

    Raises:
        NotFound: mail is sent, or this is not somebody's own machine.
    """
    settings = visitor.house.billhook.settings
    where = settings.mail_folder
    if where is None or settings.base_url.startswith("https://") or not is_loopback(visitor.place):
        raise NotFound("page", "/dev/mail")
    files = sorted(where.glob("*.eml"), reverse=True)[:NEWEST] if where.is_dir() else []
    mails = [message_from_bytes(each.read_bytes(), policy=default) for each in files]
    shown = [(each["To"], each["Subject"], each["Date"], _text(each)) for each in mails]
    return visitor.show("mail_folder.html", mails=shown, folder=str(where))


def _text(mail: object) -> str:
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]  # EmailMessage, by its policy
    return str(body.get_content()) if body is not None else ""


def _page(visit: Visit, topics: tuple[str, ...]) -> Response:
    titles = {topic: title(topic, visit.seat.kind) for topic in topics}
    carried = edits.carried({"language": visit.seat.language[:2], **dict.fromkeys(_wanted(visit, topics), "yes")})
    return visit.show("mail.html", titles=titles, languages=LANGUAGES, seat_now=visit.seat, carried=carried)


def _wanted(visit: Visit, topics: tuple[str, ...]) -> list[str]:
    return [topic for topic in topics if topic not in visit.seat.muted]


def _keep(visit: Visit, page: str, topics: tuple[str, ...], language: str, wanted: list[str]) -> Response:
    """What was changed in the form; what was not stays as it is by now."""
    shown, now = edits.shown_in(visit) or {}, _wanted(visit, topics)
    touched = edits.changed(shown, {"language": language, **dict.fromkeys(wanted, "yes")}, ("language", *topics))
    muted = [topic for topic in topics if topic not in (wanted if topic in touched else now)]
    visit.workspace.people.prefer(language=touched.get("language", visit.seat.language), muted=muted)
    return visit.go(page, "Kept: you get the mails that are ticked.")
