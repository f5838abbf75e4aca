"""A served demo, Debian's Chromium, and people at it. A person that ends with a complaint fails its test."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

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


@pytest.fixture(scope="module")
def free() -> defaultdict[bool, list[Person]]:
    """Who came before and has left, by whether scripts run: a browser of one's own takes a second to start."""
    return defaultdict(list)


@pytest.fixture
def comes(chromium: Browser, served: Served, free: defaultdict[bool, list[Person]]) -> Iterator[Enter]:
    """
    `comes(scripts=False)`: a person with a browser of its own, signed in nowhere. It asks for little motion, so that
    colours stand at once: axe would measure what still fades from light to dark.
    """
    people: list[tuple[bool, Person]] = []

    def comes(*, scripts: bool = True) -> Person:
        person = free[scripts].pop() if free[scripts] else Person(_context(chromium, scripts), served.url)
        people.append((scripts, person))
        return person

    yield comes
    complaints = [complaint for _, person in people for complaint in person.complaints]
    for scripts, person in people:
        free[scripts].append(person.leaves())
    assert complaints == []


def _context(chromium: Browser, scripts: bool) -> BrowserContext:
    return chromium.new_context(reduced_motion="reduce", java_script_enabled=scripts)


@pytest.fixture
def enters(comes: Enter, served: Served) -> Enter:
    """`enters("olga@example.com")`: somebody who has signed in."""
    return lambda email, **looks: comes(**looks).goes(served.link(email)).presses("Sign in to billhook")


@pytest.fixture
def shop(served: Served) -> Shop:
    return served.shop()
