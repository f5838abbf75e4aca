"""The page of what `billhook check` can find."""

from docs.making import markdown
from pipelines.codes import RULES, Rule

_GROUPS = {
    "E1": ("The text", "The file cannot be read from here on, or holds what a pipelines file may not hold."),
    "E2": ("Names, keys and values", "A part of the file is not what it has to be."),
    "E3": ("The whole", "Each part can be read, and together they do not work."),
    "W4": ("It works, but", "Warnings. The file is accepted."),
}


def page() -> str:
    return markdown.page(
        "Problems of a pipelines file",
        "`billhook check` tells all problems at once, each as `file:line:column CODE sentence`, with the line and what "
        "to do. It exits with 2 when there is an error, with 0 when there are only warnings or nothing. "
        "`--format json`, `github` and `sarif` write the same for programs. "
        "A code keeps its meaning for ever. Words in braces stand for what is in your file.",
        *(_group(prefix, *about) for prefix, about in _GROUPS.items()),
    )


def _group(prefix: str, title: str, about: str) -> str:
    rows = [_row(rule) for code, rule in RULES.items() if code.startswith(prefix)]
    return f"## {title}\n\n{about}\n\n{markdown.table(('code', 'what is said', 'what to do', 'why'), rows)}"


def _row(rule: Rule) -> tuple[str, str, str, str]:
    hint = rule.hint.replace("{known}", "a list of what there is")
    said = "what stands there and what would be right" if rule.message == "{what}" else markdown.code(rule.message)
    return rule.code, said, markdown.code(hint), rule.why
