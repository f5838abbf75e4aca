"""The command line: `billhook`. A command is a thin function over the facade, and loads what it needs when it runs."""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 fine, 1 not, 2 the author's mistake."""
    from billhook.cli import failures

    failures.stop_at_a_name_clash()
    from billhook.cli.root import commands

    commands()(args=None if arguments is None else list(arguments), prog_name="billhook")
