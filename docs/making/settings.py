"""The page of `BILLHOOK_*` variables."""

from billhook.settings import VARIABLES
from docs.making import markdown


def page() -> str:
    rows = [
        (markdown.code(name), markdown.code(default) or "unset", markdown.sentences(says))
        for name, (default, says) in VARIABLES.items()
    ]
    return markdown.page(
        "Settings",
        "billhook reads these variables of its environment and no file. A value that cannot be read is told, with all "
        "others that cannot, before anything is done. `--database` and `--account` say the same for one command.",
        markdown.table(("variable", "without it", "says"), rows),
        "In Python, `Settings` holds the same: "
        "`Billhook(settings=Settings(database_url=..., threads=4))`, from `billhook.settings`.",
    )
