"""The pages of docs/reference/, each made of what the code itself says. Same code, same pages."""

from collections.abc import Callable

from docs.making import actions, api, commands, errors, failpoints, lifecycle, problems, settings, tax

PAGES: dict[str, Callable[[], str]] = {
    "actions.md": actions.page,
    "api.md": api.page,
    "cli.md": commands.page,
    "errors.md": errors.page,
    "failpoints.md": failpoints.page,
    "lifecycle.md": lifecycle.page,
    "problems.md": problems.page,
    "settings.md": settings.page,
    "tax.md": tax.page,
}


def pages() -> dict[str, str]:
    """Name of the file -> its text."""
    return {name: make() for name, make in PAGES.items()}
