"""`python -m billhook.cli` is `billhook`."""

from billhook.cli import main

main()
