"""What deploy/ names exists, and what it runs is confined: commands, options, variables, packages, limits."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
import redis
import yaml

from billhook.cli.root import commands
from billhook.settings import VARIABLES, Settings
from tests.servers import redis_server

CHECKOUT = Path(__file__).parents[2]
DEPLOY = CHECKOUT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "billhook"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
STOP_SECONDS = Settings().stop_seconds


def unit(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser["Service"]


COMMANDS = {
    **{f"compose: {name}": SERVICES[name]["command"] for name in OURS},
    **{path.name: shlex.split(unit(path)["ExecStart"])[1:] for path in UNITS},
    "image": yaml.safe_load(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1]),
}


@pytest.mark.parametrize("told", COMMANDS.values(), ids=COMMANDS)
def test_every_command_exists_with_its_options(told):
    words = [re.sub("%i", "1", word) for word in told]
    command = commands()
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]

    assert command.make_context("billhook", words).args == []  # raises for an option that there is not


def test_every_variable_of_ours_exists():
    files = [*FILES, CHECKOUT / "docs" / "deploy.md"]
    named = {name for path in files for name in re.findall(r"BILLHOOK_[A-Z_]+", path.read_text(encoding="utf-8"))}

    assert (named - set(VARIABLES), "BILLHOOK_DATABASE_URL" in named) == (set(), True)


def test_the_example_can_be_read_and_holds_no_secret():
    lines = (DEPLOY / "billhook.env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert Settings.from_environment(given).broker_url == "redis://redis:6379/0"
    assert given["BILLHOOK_DATABASE_URL"].startswith("postgresql+psycopg://billhook:CHANGE-ME@")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_names_a_registry(path):
    text = path.read_text(encoding="utf-8")
    images = re.findall(r"^\s*image: (\S+)|^ARG PYTHON=(\S+)", text, re.MULTILINE)

    assert [image for pair in images for image in pair if "/" in image] == []
    assert re.findall(r"https?://(?!127\.0\.0\.1|partners\.example\.com)\S+", text) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined_and_comes_back(name):
    service = SERVICES[name]

    assert (service["read_only"], service["cap_drop"], service["init"]) == (True, ["ALL"], True)
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].partition(":")[0] not in ("root", "0")
    assert service["restart"] == "unless-stopped" or name == "migrate"
    assert "healthcheck" in service or name == "migrate"


@pytest.mark.parametrize("name", OURS)
def test_the_work_in_hand_may_end_before_a_container_is_killed(name):
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > STOP_SECONDS
    assert SERVICES[name]["stop_signal"] == "SIGTERM"


def test_only_the_web_is_reached_from_outside_and_only_from_this_machine():
    reached = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert reached == {"web": ["127.0.0.1:8000:8000"]}
    assert [name for name, service in SERVICES.items() if service["networks"] != ["inside"]] == ["web"]


def test_compose_waits_for_the_tables_and_their_servers():
    waited = {name: set(SERVICES[name].get("depends_on", ())) for name in SERVICES}

    assert waited["migrate"] == {"postgres"}
    assert [waited[name] for name in ("web", "worker", "sweeper")] == [{"postgres", "redis", "migrate"}] * 3
    assert SERVICES["worker"]["deploy"] == {"replicas": 2}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_comes_back_lets_work_end_and_has_no_privileges(path):
    service = unit(path)

    assert (service["User"], service["Restart"], service["KillSignal"]) == ("billhook", "always", "SIGTERM")
    assert service["KillMode"] == "mixed"  # else its printers are told to stop in the middle of a page
    assert int(service["TimeoutStopSec"]) > STOP_SECONDS
    assert (service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == ("yes", "")
    assert (service["ProtectSystem"], service["PrivateTmp"], service["ProtectHome"]) == ("strict", "yes", "yes")


def test_a_redis_takes_its_settings_and_forgets_nothing(redis_of_this_worker):
    lines = (DEPLOY / "billhook-redis.conf").read_text(encoding="utf-8").splitlines()
    settings = dict(shlex.split(line) for line in lines if line and not line.startswith("#"))
    with redis_server() as url, redis.Redis.from_url(url, decode_responses=True) as client:
        client.config_set(*(part for pair in settings.items() for part in pair))
        kept = client.config_get("appendonly", "maxmemory-policy")

    assert kept == {"appendonly": "yes", "maxmemory-policy": "noeviction"}


def test_all_units_are_confined_alike():
    differ = {"ExecStart", "MemoryMax"}

    assert len({tuple((k, v) for k, v in unit(path).items() if k not in differ) for path in UNITS}) == 1


def test_the_image_has_the_libraries_that_setup_names_and_runs_as_nobody_special():
    setup = (CHECKOUT / "scripts" / "setup").read_text(encoding="utf-8")
    needed = set(re.findall(r'"lib[\w.-]+": "([\w.-]+)"', setup))

    assert len(needed) == 3
    assert needed <= set(re.search(r"--no-install-recommends (.*) \\", DOCKERFILE)[1].split())
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_image_gets_all_that_the_wheel_is_made_of():
    copied = set(re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE))
    let_through = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()

    assert {name for line in copied for name in line.split()} == {
        line.removeprefix("!") for line in let_through if line.startswith("!")
    }
    assert {"engine", "pipelines", "actions", "renderers", "billhook"} <= copied
