"""What was uploaded for a step can be had by the vendor's people and by the partner's own, and by nobody else."""

import pytest

from engine import onboarding, views
from engine.contracts import Document
from engine.errors import NotFound
from tests.fakes import PDF, PNG
from tests.worlds import ANSWERS, Place


@pytest.fixture
def uploaded(place):
    """NORD has sent its register extract, SUED the same bytes under another name."""
    place.hand_out()
    for partner, filename in (("NORD", "extract.pdf"), ("SUED", "auszug.pdf")):
        place.partner(partner, opted_in=False)
        onboarding.start(place.vendor(), partner)
        sent = {"file": Document(filename, "text/html", PDF)}
        for step, given in (("guide", ANSWERS["guide"]), ("register", sent)):
            onboarding.answer(place.contact(partner), partner, step, given)
    return place


def file(caller, partner="NORD", step="register", field="file"):
    return onboarding.file(caller, partner, step, field)


@pytest.mark.parametrize("role", ["owner", "admin", "manager", "finance", "viewer"])
def test_the_vendor_s_people_read_what_a_partner_uploaded(uploaded, role):
    assert file(uploaded.vendor(role)) == Document("extract.pdf", "application/pdf", PDF)


@pytest.mark.parametrize("role", ["main_contact", "member"])
def test_the_partner_s_own_people_read_it_too(uploaded, role):
    assert file(uploaded.contact(role=role)).content == PDF


def test_the_same_bytes_keep_the_name_under_which_each_partner_sent_them(uploaded):
    assert [file(uploaded.owner, each).filename for each in ("NORD", "SUED")] == ["extract.pdf", "auszug.pdf"]


def test_to_everybody_else_it_is_not_there(uploaded):
    stranger = Place(uploaded.world.store)
    stranger.partner(opted_in=False)
    for caller, told in (
        (uploaded.contact("SUED"), NotFound("partner", "NORD")), (stranger.owner, NotFound("run", "NORD")),
    ):  # fmt: skip
        with pytest.raises(NotFound) as refused:
            file(caller)
        assert str(refused.value) == str(told)


@pytest.mark.parametrize(("step", "field"), [("register", "other"), ("guide", "viewed"), ("team", "size"), ("x", "x")])
def test_what_is_no_file_is_not_there(uploaded, step, field):
    with pytest.raises(NotFound):
        file(uploaded.owner, step=step, field=field)


def test_bytes_that_are_not_those_that_were_kept_are_not_handed_out(uploaded):
    lose = "UPDATE step SET answer = replace(answer, :right, :wrong) WHERE account_id = :account"
    [sha256] = [each.files[0].sha256 for each in approvals(uploaded) if each.partner == "NORD"]
    uploaded.world.store.unit_of_work(
        lambda tx: tx.run(lose, account=uploaded.account_id, right=sha256, wrong="0" * 64)
    )

    with pytest.raises(NotFound, match="document"):
        file(uploaded.owner)


def approvals(place):
    with place.world.store.reading() as tx:
        return views.approvals(tx, place.owner).items


def test_a_step_that_waits_for_approval_names_what_was_uploaded(uploaded):
    found = [(each.partner, each.files[0].field, each.files[0].filename) for each in approvals(uploaded)]

    assert found == [("NORD", "file", "extract.pdf"), ("SUED", "file", "auszug.pdf")]


def test_after_an_answer_that_replaces_it_the_newer_file_is_read(uploaded):
    onboarding.decide(uploaded.vendor(), "NORD", "register", "reject", reason="A page is missing.")
    onboarding.answer(
        uploaded.contact(), "NORD", "register", {"file": Document("again.pdf", "application/pdf", PDF + PNG + b"%%EOF")}
    )

    assert file(uploaded.owner).filename == "again.pdf"
