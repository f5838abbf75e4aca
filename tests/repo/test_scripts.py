"""The scripts run as they stand: executable, readable by the shell, and plain about what they cannot do."""

import os
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
SCRIPTS = sorted([*(CHECKOUT / "scripts").iterdir(), CHECKOUT / ".ci" / "run"])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_can_be_run_and_says_what_it_does(script):
    first, second = script.read_text(encoding="utf-8").splitlines()[:2]

    assert os.access(script, os.X_OK)
    assert (first, second[:2]) == ("#!/usr/bin/env bash", "# ")
    assert subprocess.run(["bash", "-n", script], capture_output=True, check=False).stderr == b""


def test_setup_names_the_sets_it_knows(tmp_path):
    answer = subprocess.run(
        [CHECKOUT / "scripts" / "setup", "tets"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 1
    assert answer.stderr == "billhook: There is no set 'tets'. Use: scripts/setup, or scripts/setup test\n"
