"""The press handles what strangers write, so it is handed nothing that it does not need."""

import os
import signal
from pathlib import Path

from renderers.press import PressProcess


def test_the_press_is_not_told_where_the_database_is(monkeypatch):
    monkeypatch.setenv("BILLHOOK_DATABASE_URL", "postgresql+psycopg://billhook:secret@db/billhook")
    press = PressProcess()
    press.version()
    told = Path(f"/proc/{press.pid}/environ").read_bytes().decode()
    press.close()

    assert "BILLHOOK" not in told
    assert "secret" not in told
    assert "PATH=" in told


def test_a_press_leaves_no_file_behind_even_when_it_was_killed(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    press = PressProcess()
    press.version()
    used = list(tmp_path.rglob("*"))
    os.kill(press.pid, signal.SIGKILL)
    press.close()

    assert used
    assert list(tmp_path.iterdir()) == []
