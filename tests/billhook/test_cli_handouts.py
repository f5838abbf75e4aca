"""Commands of the documents that steps are about: put there, listed, shown; what was uploaded, saved."""

import json
from pathlib import Path

import pytest

from tests.fakes import PDF


@pytest.fixture
def guide(tmp_path):
    file = tmp_path / "Guide 2026.pdf"
    file.write_bytes(PDF)
    return file


def test_a_document_is_put_there_listed_and_shown(acme, guide, tmp_path):
    assert "not there yet" in acme("handouts", "list").out
    told = acme("handouts", "add", str(guide), "--name", "programme-guide.pdf")
    [listed] = acme("handouts", "list", "--json").data["handouts"]
    shown = acme("handouts", "show", "programme-guide.pdf", "--out", str(tmp_path / "out"))

    assert told.out == "Partners are shown programme-guide.pdf, version 1.\n"
    assert (listed["version"], listed["pipelines"], listed["added_by"]) == (1, ["referral"], "cli")
    assert shown.out == f"{tmp_path}/out/programme-guide.pdf\n"
    assert (tmp_path / "out/programme-guide.pdf").read_bytes() == PDF


def test_every_version_is_kept_and_shown_when_asked_for(acme, guide, tmp_path):
    for content in (PDF, PDF + PDF):
        guide.write_bytes(content)
        acme("handouts", "add", str(guide), "--name", "programme-guide.pdf")
    listed = acme("handouts", "list", "--name", "programme-guide.pdf", "--json").data["handouts"]
    acme("handouts", "show", "programme-guide.pdf", "--version", "1", "--out", str(tmp_path / "out"))

    assert [each["version"] for each in listed] == [2, 1]
    assert (tmp_path / "out/programme-guide.pdf").read_bytes() == PDF


def test_publishing_tells_what_partners_are_to_read_and_is_not_there(acme, guide):
    file = str(Path(__file__).parents[2] / "pipelines.yaml")
    told = "programme-guide.pdf is not there for partners to read. Put it there: billhook handouts add FILE\n"

    assert acme("publish", file).err == told
    acme("handouts", "add", str(guide), "--name", "programme-guide.pdf")
    assert acme("publish", file).err == ""


def test_what_a_partner_uploaded_is_saved(acme, guide, tmp_path):
    acme("onboarding", "start", "ES-SOL")
    acme("onboarding", "answer", "ES-SOL", "agreement", "--answer", f"file=@{guide}")
    saved = acme("onboarding", "save", "ES-SOL", "agreement", "--out", str(tmp_path / "out"), "--json")

    assert json.loads(saved.out)["saved"] == [{"field": "file", "file": f"{tmp_path}/out/Guide 2026.pdf"}]
    assert (tmp_path / "out/Guide 2026.pdf").read_bytes() == PDF
    assert "There is no file 'guide of ES-SOL'" in acme("onboarding", "save", "ES-SOL", "guide").err
