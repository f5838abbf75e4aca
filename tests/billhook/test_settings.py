"""The surroundings are read once and strictly: every variable that cannot be read is named."""

import pytest

from billhook.settings import Settings
from engine.dispatch import Dispatcher
from engine.errors import DatabaseUnreachable, Invalid
from engine.migrations import require
from engine.store import Store


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BILLHOOK_LEASE_SECONDS", "inf"),
        ("BILLHOOK_LEASE_SECONDS", "1e300"),
        ("BILLHOOK_SWEEP_SECONDS", "-1"),
        ("BILLHOOK_THREADS", "1_0"),
        ("BILLHOOK_THREADS", "\uff11"),
        ("BILLHOOK_THREADS", "99999999"),
        ("BILLHOOK_PRESS_MEMORY_MB", "12345678901234567890"),
    ],
)
def test_a_number_that_is_none_is_named_with_what_would_do(name, value):
    with pytest.raises(Invalid, match=f"The configuration cannot be accepted. {name}: .* is no number from"):
        Settings.from_environment({name: value})


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("BILLHOOK_SQLITE_SYNCHRONOUS", "'off' is none of FULL, NORMAL; unset it for FULL."),
        ("BILLHOOK_LOG_FORMAT", "'off' is none of json, text; unset it for none."),
        ("BILLHOOK_LOG_LEVEL", "'off' is none of DEBUG, INFO, WARNING, ERROR; unset it for INFO."),
        ("BILLHOOK_OTEL", "'off' is none of 0, 1; unset it for none."),
    ],
)
def test_a_choice_that_is_none_is_named_with_those_there_are(name, told):
    with pytest.raises(Invalid, match=f"{name}: {told}"):
        Settings.from_environment({name: "off"})


@pytest.mark.parametrize("where", ["smtp.example.com", "smtp.example.com:587", "localhost:25"])
def test_a_mail_server_named_without_its_scheme_is_no_folder(where):
    way_out = f"it looks like a server: write smtp://{where} for one, or ./{where} for a folder."

    with pytest.raises(Invalid, match=f"BILLHOOK_MAIL: {way_out}"):
        Settings.from_environment({"BILLHOOK_MAIL": where})


def test_the_password_of_a_server_without_its_scheme_is_not_told():
    with pytest.raises(Invalid) as error:
        Settings.from_environment({"BILLHOOK_MAIL": "jo:hush@smtp.example.com"})

    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    "where", ["billhook-mail", "./smtp.example.com", "smtp://smtp.example.com", "mail/out.box", "."]
)
def test_a_folder_or_a_whole_address_is_taken(where):
    assert Settings.from_environment({"BILLHOOK_MAIL": where}).mail == where


def test_a_folder_that_is_there_may_be_called_like_a_server(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "smtp.example.com").mkdir()

    assert Settings.from_environment({"BILLHOOK_MAIL": "smtp.example.com"}).mail_folder is not None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"BILLHOOK_MAIL": "/var/mail/out"}, "mail goes into the folder /var/mail/out"),
        ({"BILLHOOK_MAIL": "smtps://jo:hush@mail.example.com:465"}, "mail goes by smtps://mail.example.com:465"),
    ],
)
def test_where_mail_goes_is_told_without_a_password(given, told):
    assert Settings.from_environment(given).mail_told == told


def test_where_no_mail_server_is_named_only_links_are_written():
    assert Settings.from_environment({}).mail_told.endswith("billhook-mail (links to sign in only)")


@pytest.mark.parametrize(
    ("given", "traced"),
    [
        ({}, False),
        ({"BILLHOOK_OTEL": "1"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318", "BILLHOOK_OTEL": "0"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_traces_are_on_when_asked_for_or_when_it_is_said_where_they_go(given, traced):
    assert Settings.from_environment(given).traces is traced


def test_an_address_that_is_none_is_named():
    with pytest.raises(Invalid, match="BILLHOOK_BROKER_URL: no address of a broker"):
        Dispatcher(None, broker_url="garbage")  # type: ignore[arg-type]


def test_a_password_in_a_databases_address_is_never_shown():
    store = Store("postgresql+psycopg://billhook@127.0.0.1:1/billhook?password=SECRET")
    with pytest.raises(DatabaseUnreachable) as refused:
        require(store.engine)

    assert "127.0.0.1:1/billhook" in str(refused.value)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("name", ["BILLHOOK_DATABASE_URL", "BILLHOOK_BROKER_URL"])
@pytest.mark.parametrize("password", ["p@ss", "p/ss@w", "p?ss", "p#ss", "p@ss/w:1"])
def test_a_password_that_is_not_encoded_is_refused_and_nothing_of_it_is_said(name, password):
    with pytest.raises(Invalid) as told:
        Settings.from_environment({name: f"postgresql://billhook:{password}@db/billhook"})

    assert f"{name}: its password or user holds '@', '/', '?' or '#'; write them as %40, %2F, %3F and %23." in str(
        told.value
    )
    assert "ss" not in str(told.value).replace("password", "")


@pytest.mark.parametrize(
    "url", ["sqlite:///a@b.db", "postgresql+psycopg://u:p%40ss@db/x?sslmode=require", "redis://:p@h/0"]
)
def test_an_address_that_is_encoded_is_taken(url):
    assert Settings.from_environment({"BILLHOOK_DATABASE_URL": url}).database_url == url
