"""What a page offers is for whoever looks at it: every button and link of every page that each role comes to."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from tests.web.house import House, furnish, house_of
from tests.web.test_matrix_of_forms import FORMS, may

NAMES = re.compile(r"<\w+>|\b(?:NORD|WALD|register|guide|team|newsletter)\b")
#: What each form of a page is called, and who may send it.
ALLOWED = {re.compile(NAMES.sub("[^/]+", path)): allowed for path, allowed, _ in FORMS}
OF_EVERYBODY = ("/sign-out", "/seats")
#: Of these every one is looked at, of others one of a kind: each is in a state of its own.
ALL_OF = "/payouts/", "/documents/"


@pytest.fixture(scope="module")
def house(tmp_path_factory, migrated_sqlite) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("offers"), migrated_sqlite) as house:
        furnish(house)
        yield house


@pytest.mark.parametrize(("who", "start"), [
    ("manager", "/console"), ("finance", "/console"), ("viewer", "/console"), ("member", "/portal"),
])  # fmt: skip
def test_whatever_is_offered_is_for_whoever_it_is_offered_to(house, who, start):
    pages, wrong, seen = [start], set(), {kind(start)}
    for path in pages:
        answer = house.client(who).get(path, headers={"accept": "text/html"})
        wrong |= {(path, answer.status_code)} if answer.status_code == 403 else set()
        if "html" in answer.headers["content-type"]:
            page = html.fromstring(answer.text)
            wrong |= {(path, form) for form in forms(page, path) if not permitted(who, form)}
            pages += [each for each in links(page, path) if not (kind(each) in seen or seen.add(kind(each)))]

    assert wrong == set()
    assert len(pages) > 10


def forms(page, path):
    """Where the buttons of a page lead that can be pressed."""
    for button in page.xpath("//form[@method='post']//button[not(@disabled or ancestor::fieldset[@disabled])]"):
        [form] = button.xpath("ancestor::form")
        yield urljoin(path, button.get("formaction") or form.get("action") or urlsplit(path).path).partition("?")[0]


def links(page, path):
    found = [urljoin(path, href).partition("#")[0] for href in page.xpath("//main//a/@href | //nav//a/@href")]
    return [each for each in found if each.startswith(("/console", "/portal"))]


def kind(path):
    """What is the same for pages of one kind: their address without ids, codes and filters."""
    path = path.partition("?")[0]
    named = path if any(each in path for each in ALL_OF) else NAMES.sub("*", path)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", named) if named != path else named


def permitted(who, form):
    fitting = [pattern for pattern in ALLOWED if pattern.fullmatch(form)]
    row = min(fitting, key=lambda each: each.pattern.count("[^/]+"), default=None)
    return form in OF_EVERYBODY or (row is not None and may(who, ALLOWED[row]))
