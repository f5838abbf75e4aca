"""The page on watching names every metric there is and none that is not, and leads to what it describes."""

import re
from pathlib import Path

from billhook.metrics import Metrics
from engine.store import Store
from tests.worlds import Place

PAGE = (Path(__file__).parents[2] / "docs/howto/watch-it.md").read_text(encoding="utf-8")


def test_the_page_has_every_metric_with_its_labels_and_no_other(sqlite_database):
    store = Store(sqlite_database)
    found = {_called(family) for family in Metrics(Place(store).world).registry.collect()}
    store.close()
    told = set(re.findall(r"^\| `(billhook_[a-z_]+(?:\{[a-z,]+\})?)` \|", PAGE, re.MULTILINE))

    assert told == {name for name in found if name.startswith("billhook_")}


def test_an_alert_asks_for_metrics_that_there_are():
    asked = set(re.findall(r"expr: \w+\((\w+)", PAGE))

    assert asked
    assert {name for name in asked if f"| `{name}" not in PAGE} == set()


def _called(family) -> str:
    labels = sorted({name for sample in family.samples for name in sample.labels} - {"le"}) or _declared(family.name)
    name = f"{family.name}_total" if family.type == "counter" else family.name
    return f"{name}{{{','.join(labels)}}}" if labels else name


def _declared(name: str) -> list[str]:
    """Labels of what has not happened yet."""
    return {
        "billhook_transitions_refused": ["code"],
        "billhook_job_attempts": ["action", "outcome"],
        "billhook_job_seconds": ["action"],
    }.get(name, [])
