"""The page of failpoints."""

from docs.making import markdown
from engine.failpoints import POINTS


def page() -> str:
    rows = [(markdown.code(name), markdown.sentences(says)) for name, says in POINTS.items()]
    return markdown.page(
        "Failpoints",
        "For drills on an installation that nobody depends on: a process with "
        "`BILLHOOK_FAILPOINT=attach.before_commit:kill` ends there as `kill -9` ends it. After the name comes `kill`, "
        "`raise` (an error, once) or `hang` (for ever), and perhaps the time of passing that is meant, as in "
        "`claim.committed:raise:3`; several are separated by commas. What is not known is refused at the start. "
        "Afterwards start it without the variable, wait for the lease, and ask `billhook verify`.",
        markdown.table(("failpoint", "what is true there"), rows),
    )
