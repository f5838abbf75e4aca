"""A file is kept for what its bytes say, not for what its sender says."""

import hashlib

import pytest
from pydantic import ValidationError

from actions.upload_document import UploadDocument
from engine.contracts import Document
from engine.errors import Invalid
from tests.fakes import JPEG, PDF, PNG, FakeStepDesk, FakeTools

ACTION = UploadDocument()


def upload(filename: str, content: bytes, **settings: object):
    return ACTION.check(settings, {"file": Document(filename, "text/html", content)}, FakeTools())


@pytest.mark.parametrize(
    ("sent", "content", "kept", "media_type"),
    [
        ("contract.pdf", PDF, "contract.pdf", "application/pdf"),
        ("contract.exe", PDF, "contract.exe.pdf", "application/pdf"),
        ("scan.JPG", JPEG, "scan.JPG", "image/jpeg"),
        ("../scan", PNG, "scan.png", "image/png"),
        ("Σύμβαση.pdf", PDF, "Σύμβαση.pdf", "application/pdf"),
    ],
)
def test_name_and_media_type_follow_the_bytes(sent, content, kept, media_type):
    document = upload(sent, content).uploads["file"]

    assert (document.filename, document.media_type, document.content) == (kept, media_type, content)


def test_an_upload_is_kept_and_described_by_its_hash():
    desk, checked = FakeStepDesk(), upload("contract.pdf", PDF)
    sha256 = hashlib.sha256(PDF).hexdigest()

    sentence = ACTION.complete(desk, checked)

    assert sentence == "uploaded contract.pdf"
    assert desk.kept == {sha256: checked.uploads["file"]}
    assert checked.answer["file"] == {
        "filename": "contract.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": sha256,
    }


@pytest.mark.parametrize(
    ("content", "settings", "sentence"),
    [
        (b"<svg/>", {}, "By its first bytes the file is no PDF or PNG or JPEG. Save it as one."),
        (b" %PDF-1.7", {}, "By its first bytes the file is no PDF or PNG or JPEG. Save it as one."),
        (PNG, {"accept": ["pdf"]}, "By its first bytes the file is no PDF. Save it as one."),
        (PDF[:-6], {}, "The file ends before a PDF does. Save or send it once more."),
        (
            bytes(0).join([PDF[:9], bytes(2**20), PDF[9:]]),
            {"max_mb": 1},
            "The file has 1048591 bytes. At most 1 MB (1048576 bytes) are kept.",
        ),
    ],
)
def test_a_file_that_is_not_kept_is_told_why(content, settings, sentence):
    with pytest.raises(Invalid) as refused:
        upload("contract.pdf", content, **settings)

    assert [problem.sentence for problem in refused.value.problems] == [sentence]


def test_a_file_of_exactly_the_limit_is_kept():
    content = PDF[:9].ljust(2**20 - 6, b"\n") + PDF[9:]

    assert upload("a.pdf", content, max_mb=1).answer["file"]["size"] == 2**20


@pytest.mark.parametrize("settings", [{"max_mb": 0}, {"max_mb": 26}, {"accept": []}, {"accept": ["svg"]}])
def test_limits_outside_the_possible_are_refused_in_the_yaml(settings):
    with pytest.raises(ValidationError):
        UploadDocument.Settings.model_validate(settings)
