"""`benchmarks/run` runs and says what it promises; how fast anything is, it does not hold anybody to."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "benchmarks" / "run"


def test_the_quick_run_compares_transitions_in_both_durabilities_and_writes_json(tmp_path):
    file = tmp_path / "figures.json"
    command = [sys.executable, str(RUN), "--quick", "--only", "transitions", "--json", str(file)]

    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)

    report = json.loads(file.read_text())
    rows = {row["key"]: row for row in report["rows"]}
    names = ("transitions", "share_of_floor", "times_session")
    assert set(rows) == {f"{name}_{mode}" for name in names for mode in ("FULL", "NORMAL")}
    assert rows["share_of_floor_FULL"]["target"] == "at least 35 %"
    assert rows["share_of_floor_FULL"]["detail"]["cpu"] > 0
    assert "Transitions a second" in done.stdout


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        ("bulk", {"bulk", "bulk_ready"}),
        ("hints", {"start_embedded", "start_redis"}),
        pytest.param(
            "postgres",
            {f"postgres_{clients}" for clients in (1, 4, 16)}
            | {f"postgres_times_session_{clients}" for clients in (1, 4, 16)}
            | {f"postgres_ready_{clients}_{sellers}" for clients in (1, 4, 16) for sellers in (1, 16)},
            marks=pytest.mark.long,
        ),
        ("formats", {"archive_ratio", "cii_cpu", "ubl_cpu"}),
        (
            "web",
            {"http_start", "http_p50", "http_rate", "http_p99", "http_list_p95", "http_page_p95", "http_page_size"},
        ),
        pytest.param("workers", {"share_of_press", "memory_growth"}, marks=pytest.mark.long),
    ],
)
@pytest.mark.usefixtures("redis_of_this_worker", "postgres_of_this_worker")
def test_every_part_of_the_quick_run_tells_its_lines(tmp_path, part, keys):
    file = tmp_path / "figures.json"
    command = [sys.executable, str(RUN), "--quick", "--only", part, "--json", str(file)]

    subprocess.run(command, capture_output=True, check=True, timeout=120)

    assert {row["key"] for row in json.loads(file.read_text())["rows"]} == keys
