"""`benchmarks/run` runs and says what it promises; how fast anything is, it does not hold anybody to."""

import json
import subprocess
import sys
from pathlib import Path

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
