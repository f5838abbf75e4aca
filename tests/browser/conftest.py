"""A served demo, Debian's Chromium, and people at it. A person that ends with a complaint fails its test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.person import Person
from tests.browser.served import Served, served_demo
from tests.browser.shop import Shop

CHROMIUM = Path("/usr/bin/chromium")
Enter = Callable[..., Person]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_demo(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not kept longer than a module: while it is there, no other test of this process could run an event loop."""
    if not CHROMIUM.exists():
        told = f"{CHROMIUM} is missing: scripts/setup test installs it, or apt-get install chromium"
        assert os.environ.get("BILLHOOK_REQUIRE_SERVICES") != "1", told
        pytest.skip(told)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield browser
        browser.close()


@pytest.fixture
def comes(chromium: Browser, served: Served) -> Iterator[Callable[..., Person]]:
    """
    `comes(java_script_enabled=False)`: a person with a browser of its own, signed in nowhere. It asks for little
    motion, so that colours stand at once: axe would measure what still fades from light to dark.
    """
    people: list[Person] = []

    def comes(**looks: Any) -> Person:
        people.append(Person(chromium.new_context(**{"reduced_motion": "reduce", **looks}), served.url))
        return people[-1]

    yield comes
    for person in people:
        person.context.close()
    assert [complaint for person in people for complaint in person.complaints] == []


@pytest.fixture
def enters(comes: Callable[..., Person], served: Served) -> Enter:
    """`enters("olga@example.com")`: somebody who has signed in."""
    return lambda email, **looks: comes(**looks).goes(served.link(email)).presses("Sign in to billhook")


@pytest.fixture
def shop(served: Served) -> Shop:
    return served.shop()
