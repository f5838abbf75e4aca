"""The press handles what strangers write, so it is handed nothing that it does not need."""

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
