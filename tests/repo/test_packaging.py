"""What is installed is whole, and comes from names, versions and hashes alone."""

import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

CHECKOUT = Path(__file__).parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
REGISTERED = {
    f"{group}: {name}": target
    for group, names in PROJECT["project"]["entry-points"].items()
    for name, target in names.items()
} | PROJECT["project"]["scripts"]
LOCKS = ["requirements.lock", "requirements-test.lock"]
PINNED = re.compile(r"([a-z0-9-]+)==\S+( ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n")


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def test_the_wheel_holds_every_file_of_the_five_packages(shipped):
    files = {path.relative_to(CHECKOUT) for name in PACKAGES for path in (CHECKOUT / name).rglob("*") if path.is_file()}
    present = {path.as_posix() for path in files if "__pycache__" not in path.parts}

    assert present - shipped == set()
    assert {name.partition("/")[0] for name in present} == set(PACKAGES)


@pytest.mark.parametrize(
    "part",
    [
        r"billhook/data/pipelines\.yaml",
        r"billhook/data/partners\.csv",
        r"billhook/data/rewards\.csv",
        r"engine/migrations/versions/\d+_\w+\.py",
        r"engine/migrations/script\.py\.mako",
        r"engine/billing/agreements/.+\.txt",
        r"renderers/templates/invoice/v1/.+\.html",
        r"renderers/locale/de/LC_MESSAGES/documents\.po",
        r"renderers/fonts/.+\.(ttf|otf|woff2)",
        r"billhook-[\d.]+\.dist-info/licenses/LICENSE",
    ],
)
def test_the_wheel_holds_what_is_no_python(shipped, part):
    assert [name for name in shipped if re.fullmatch(part, name)] != []


def test_the_wheel_holds_nothing_else(shipped):
    strangers = {name.partition("/")[0] for name in shipped} - set(PACKAGES)

    assert [name for name in strangers if not name.endswith(".dist-info")] == []
    assert [name for name in shipped if name.endswith(".pyc")] == []


@pytest.mark.parametrize("name", REGISTERED)
def test_every_registered_name_leads_to_something(name):
    assert not inspect.ismodule(pkgutil.resolve_name(REGISTERED[name]))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_and_no_address(lock):
    text = (CHECKOUT / lock).read_text(encoding="utf-8")

    assert PINNED.sub("", text) == ""


def test_both_locks_pin_the_same_versions():
    pins = [{line.split()[0] for line in (CHECKOUT / lock).read_text().splitlines() if "==" in line} for lock in LOCKS]

    assert pins[0] - pins[1] == set()


def test_the_locks_hold_every_library_the_project_names():
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [*PROJECT["project"]["dependencies"], *extras["postgres"], *extras["rabbitmq"]]
    tested = [*wanted, *extras["otel"], *PROJECT["dependency-groups"]["test"], *PROJECT["build-system"]["requires"]]
    missing = [_distributions(names) - _locked(lock) for names, lock in zip([wanted, tested], LOCKS, strict=True)]

    assert missing == [set(), set()]


def _distributions(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ;]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def _locked(lock: str) -> set[str]:
    return {match[1] for match in PINNED.finditer((CHECKOUT / lock).read_text(encoding="utf-8"))}
