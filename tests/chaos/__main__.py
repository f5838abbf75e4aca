"""`scripts/chaos`: the long campaign from a command line, and its table."""

import argparse
import sys
from dataclasses import fields

from tests.chaos.campaign import Outcome, run
from tests.chaos.plan import Plan

LONG = Plan(
    payouts=1000,
    kills=300,
    losses=5,
    restarts=3,
    pause=1.0,
    real_every=5,
    lease=60.0,
    patience=45.0,
    sweep=10.0,
    limit=1800.0,
    waits=1,
)
_HELP = {
    "payouts": "how many become Ready",
    "kills": "kill -9 of workers, presses, the sweeper and the web process",
    "losses": "how often Redis loses everything",
    "restarts": "how often PostgreSQL is restarted",
    "seed": "what chance is drawn from",
    "pause": "seconds between two blows, on average",
    "render": "seconds a light render takes",
    "real_every": "one document in so many comes from the real press",
    "lease": "seconds a worker may hold a job",
    "patience": "seconds until a hint counts as lost",
    "sweep": "seconds between two sweeps",
    "limit": "seconds from the last blow until all must be attached",
    "waits": "1: a job that failed waits as long as ever; 0: in the end it is tried again at once",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/chaos", description="Kill everything, many times; then count.")
    for field in fields(Plan):
        default = getattr(LONG, field.name)
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=type(default),
            default=default,
            help=f"{_HELP[field.name]} (%(default)s)",
        )
    outcome = run(Plan(**vars(parser.parse_args())))
    print(table(outcome))
    for sentence in outcome.findings.told:
        print(sentence, file=sys.stderr)
    return 1 if outcome.findings.broken else 0


def table(outcome: Outcome) -> str:
    """One table for people, in Markdown."""
    rows = [("what was done or found", "count"), ("---", "---:"), *_rows(outcome)]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"| {name:<{width}} | {count:>8} |" for name, count in rows)


def _rows(outcome: Outcome) -> list[tuple[str, str]]:
    struck, found = outcome.struck, outcome.findings
    kills = {name: struck[name] for name in ("worker", "press", "sweeper", "web")}
    return [
        ("payouts that became Ready", str(outcome.plan.payouts)),
        ("kill -9", str(sum(kills.values()))),
        *((f"- of a {name}", str(count)) for name, count in kills.items()),
        ("processes that died at a failpoint, besides", str(outcome.at_failpoints)),
        ("Redis lost everything", str(struck["redis killed"] + struck["redis flushed"])),
        ("PostgreSQL restarted", str(struck["postgres crashed"] + struck["postgres stopped"])),
        ("jobs parked after five attempts, retried by hand", str(outcome.retried)),
        ("lost", str(found.lost)),
        ("double", str(found.double)),
        ("gaps in numbers", str(found.gaps)),
        ("wrong files", str(found.wrong_files)),
        ("findings of verify", str(found.breaches)),
        ("longest time until what was held up was taken up again", f"{outcome.held:.1f} s"),
        ("from the last blow until all was attached", f"{outcome.settled:.1f} s"),
        ("the whole campaign", f"{outcome.took:.0f} s"),
    ]


if __name__ == "__main__":
    sys.exit(main())
