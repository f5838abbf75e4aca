"""The files that come with billhook: pipelines, example partners and rewards. It does not know what they say."""

from pathlib import Path

#: name -> where it is in a checkout; in the wheel all are in billhook/data/.
FILES = {
    "pipelines.yaml": "pipelines.yaml",
    "partners.csv": "examples/partners.csv",
    "rewards.csv": "examples/rewards.csv",
}


def content(name: str) -> bytes:
    """The bytes of a shipped file."""
    here = Path(__file__).parent
    installed = here / "data" / name
    return (installed if installed.exists() else here.parent / FILES[name]).read_bytes()
