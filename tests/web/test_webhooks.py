"""Webhooks: signed by Standard Webhooks, from rows, retried, sent again by hand, to public addresses alone."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import certifi
import httpx
import pytest
from standardwebhooks import Webhook

from billhook.courier import HttpCourier, deliver, is_public
from engine import verify, webhooks
from engine.dispatch import Dispatcher
from engine.errors import Invalid, NotAllowed, NotFound, NotItsTurn
from engine.outward import Reply
from tests.web.certificates import certificate_for
from tests.web.stand_in import receiving
from tests.worlds import Place

SECRET = "whsec_" + "A" * 32


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


@pytest.fixture
def own(own_web_store):
    place = Place(own_web_store)
    place.world.courier = HttpCourier(anywhere=True)
    place.partner()
    return place


def work(place, *, later=timedelta(0)):
    """What sweepers and workers do until nothing is due."""
    dispatcher = Dispatcher(place.world, carry=lambda job_id: dispatcher.perform(job_id))
    place.world.clock.advance(seconds=later.total_seconds())
    webhooks.spread(place.world)
    dispatcher.sweep_once()
    dispatcher.broker.close()


def told(receiver):
    return [json.loads(body)["type"] for _, body in receiver.got]


def test_what_happens_is_told_signed_and_says_nothing_of_persons(own, receiver):
    _, secret = webhooks.add(own.owner, receiver.url)
    payout = own.payout(state="Ready")
    work(own)
    work(own)

    assert {"payout.ready", "invoice.attached"} <= set(told(receiver))
    headers, body = next(each for each in receiver.got if "payout.ready" in each[1])
    said = Webhook(secret).verify(body, headers)
    assert (said["data"]["subject"], said["data"]["partner"], said["data"]["target"]) == (payout, "NORD", "Ready")
    assert not any(name in body for name in ("Anna", "example.com", "Nord GmbH", "Hamburg"))


def test_an_event_tells_what_it_was_and_apart_from_that_what_is_now(own, receiver):
    webhooks.add(own.owner, receiver.url, types=["payout.draft", "payout.ready", "payout.paid"])
    payout = own.payout(state="Ready")
    own.fire(payout, "mark_paid", by=own.owner)
    work(own)
    work(own)

    said = [json.loads(body)["data"] for _, body in receiver.got]
    assert [each["target"] for each in said] == ["Draft", "Ready", "Paid"]
    assert [each["version"] for each in said] == sorted({each["version"] for each in said})
    assert {each["now"]["state"] for each in said} == {"Paid"}


def test_only_the_types_that_are_wanted_are_told(own, receiver):
    webhooks.add(own.owner, receiver.url, types=["invoice.attached"])
    own.payout(state="Ready")
    work(own)
    work(own)

    assert told(receiver) == ["invoice.attached"]


def test_what_did_not_arrive_is_tried_again_under_the_same_id(own, receiver):
    webhook, _ = webhooks.add(own.owner, receiver.url, types=["payout.draft"])
    receiver.answers = [500]
    own.reward()
    own.payout(state="Draft")
    work(own)
    [first] = page(own, webhook)
    work(own, later=timedelta(seconds=6))

    assert (first.status, first.sent_at) == (500, "")
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    [again] = page(own, webhook)
    assert (again.status, bool(again.sent_at)) == (200, True)


def test_a_delivery_is_sent_again_by_hand(own, receiver):
    webhook, _ = webhooks.add(own.owner, receiver.url, types=["payout.draft"])
    own.payout(state="Draft")
    work(own)
    webhooks.resend(own.owner, page(own, webhook)[0].id)
    work(own)

    assert [headers["webhook-id"] for headers, _ in receiver.got] == [page(own, webhook)[0].id] * 2


def test_who_answers_gone_is_told_nothing_more_until_it_is_resumed(own, receiver):
    webhook, _ = webhooks.add(own.owner, receiver.url, types=["payout.draft"])
    receiver.answers = [410]
    for _ in range(2):
        own.payout(state="Draft")
        work(own)
    with own.world.store.reading() as tx:
        [paused] = webhooks.listed(tx, own.owner)
    webhooks.resume(own.owner, webhook)
    own.payout(state="Draft")
    work(own)

    assert (len(receiver.got), paused.paused_because) == (2, "It answered 410 (Gone).")


def test_a_removed_one_is_told_nothing_and_is_not_there(own, receiver):
    webhook, _ = webhooks.add(own.owner, receiver.url)
    webhooks.remove(own.owner, webhook)
    own.payout(state="Draft")
    work(own)

    assert receiver.got == []
    with pytest.raises(NotFound):
        webhooks.rotate(own.owner, webhook)


def test_a_new_secret_signs_from_the_next_delivery_on(own, receiver):
    webhook, old = webhooks.add(own.owner, receiver.url, types=["payout.draft"])
    new = webhooks.rotate(own.owner, webhook)
    own.payout(state="Draft")
    work(own)

    headers, body = receiver.got[0]
    assert Webhook(new).verify(body, headers)
    assert new != old


def test_a_redirect_is_an_answer_like_any_other(own, receiver):
    webhook, _ = webhooks.add(own.owner, receiver.url, types=["payout.draft"])
    receiver.answers, receiver.headers = [302], {"location": "http://169.254.169.254/latest/meta-data"}
    own.payout(state="Draft")
    work(own)

    assert (page(own, webhook)[0].status, len(receiver.got)) == (302, 1)


def test_a_huge_answer_is_looked_at_no_further_than_its_beginning(own, receiver):
    webhook, _ = webhooks.add(own.owner, receiver.url, types=["payout.draft"])
    receiver.sends = b"a\x00\x1b[31m" + b"x" * 10_000_000
    own.payout(state="Draft")
    work(own)

    [sent] = page(own, webhook)
    assert sent.answer.startswith("a[31mxxx")
    assert len(sent.answer) <= 300


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.0.0.8", "169.254.169.254", "::ffff:127.0.0.1", "0.0.0.0", "192.0.0.192", "224.0.0.1",  # noqa: S104
     "2002:7f00:1::", "64:ff9b:1::a9fe:a9fe", "fec0::1", "::7f00:1", "ff02::1", "192.88.99.1", "fe80::1%eth0",
     "5f00::1", "3fff::1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_what_is_not_of_the_public_internet_is_known(address):
    assert not is_public(address)
    assert is_public("93.184.215.14") and is_public("2606:2800:21f::1")


@pytest.mark.parametrize("host", ["localhost", "127.1", "[::1]", "2130706433", "0x7f.1", "nowhere.invalid"])
def test_an_address_that_is_not_public_is_not_even_connected_to(host):
    replies = {HttpCourier().post(f"https://{host}{port}/x", secret=SECRET, message_id="m", body="{}")
               for port in ("", ":443", ":8443")}  # fmt: skip

    assert replies == {Reply(0, "its address is not a public one")}


def delivered(url, *addresses):
    message = {"headers": {"User-Agent": "billhook"}, "content": b"{}"}
    return asyncio.run(deliver(httpx.URL(url), addresses, message))


def test_the_address_that_was_checked_is_used_and_the_name_is_not_looked_up_again(receiver):
    named = receiver.url.replace("127.0.0.1", "hooks.invalid")

    assert delivered(named, "127.0.0.1").status == 200
    assert receiver.got[0][0]["host"] == named[7:].partition("/")[0]


def test_the_next_address_is_tried_where_one_takes_no_connection(receiver):
    named = receiver.url.replace("127.0.0.1", "hooks.invalid")

    assert delivered(named, "127.0.0.99", "127.0.0.1").status == 200


def test_the_certificate_must_be_one_of_the_name(tmp_path, monkeypatch):
    tls, shown = certificate_for("hooks.invalid", tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(shown))
    with receiving(tls) as receiver:
        port = receiver.url.rpartition(":")[2]

        assert delivered(f"https://hooks.invalid:{port}", "127.0.0.1").status == 200
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            delivered(f"https://other.invalid:{port}", "127.0.0.1")


def test_a_port_that_is_none_of_https_is_not_connected_to(receiver):
    reply = HttpCourier().post(
        f"http://93.184.215.14:{receiver.url[17:].partition('/')[0]}/x", secret=SECRET, message_id="m", body="{}"
    )

    assert reply == Reply(0, "its address is not a public one")


def test_why_there_was_no_answer_is_not_told_so_nobody_looks_around_with_it(receiver):
    closed = HttpCourier(anywhere=True).post("http://127.0.0.1:9/x", secret=SECRET, message_id="m", body="{}")
    unknown = HttpCourier(anywhere=True).post("http://nowhere.invalid/x", secret=SECRET, message_id="m", body="{}")

    assert closed == unknown == Reply(0, "there was no answer within the time")


def test_a_receiver_that_is_slow_takes_one_thread_and_the_next_waits_with_its_attempt(own, receiver):
    first, second = two_deliveries(own, receiver)
    dispatcher = Dispatcher(own.world, carry=lambda _: None)
    receiver.holds.clear()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(dispatcher.perform, first)
        receiver.came.wait(20)
        dispatcher.perform(second)
        [job] = [each for each in own.jobs() if each.id == second]
        receiver.holds.set()
        slow.result(20)
    dispatcher.broker.close()

    assert (job.status, job.attempts, job.result, job.not_before > "2026") == ("pending", 0, "", True)
    assert len(receiver.got) == 1


def test_many_messages_go_out_one_after_another_without_a_wait(own, receiver):
    webhooks.add(own.owner, receiver.url, types=["payout.draft"])
    for _ in range(12):
        own.reward()
        own.payout(state="Draft")
    worked_until_there_are(own, receiver, 12)

    waited = [job.not_before != "" for job in own.jobs("done") if job.action == "send_webhook"]
    assert len(waited) == 12
    assert sum(waited) < 6  # a machine that is very busy may make one or the other wait


def test_a_receiver_that_gave_no_answer_in_time_rests_and_others_are_told(receiver):
    courier = HttpCourier(anywhere=True, seconds=2)
    receiver.holds.clear()
    slow = courier.post(receiver.url, secret=SECRET, message_id="m", body="{}")
    with receiving() as other:
        told = courier.post(other.url, secret=SECRET, message_id="m", body="{}")
    receiver.holds.set()

    assert (slow.status, told.status) == (0, 200)
    with pytest.raises(NotItsTurn) as waits:
        courier.post(receiver.url, secret=SECRET, message_id="m", body="{}")
    assert 55 <= waits.value.seconds <= 60


def worked_until_there_are(place, receiver, count):
    dispatcher = Dispatcher(place.world)
    dispatcher.start()
    while len(receiver.got) < count:
        receiver.came.wait(20)
        receiver.came.clear()
    dispatcher.drain(seconds=20)
    dispatcher.stop()


def two_deliveries(own, receiver):
    webhooks.add(own.owner, receiver.url, types=["payout.ready"])
    for _ in range(2):
        own.payout(state="Ready")
    webhooks.spread(own.world)
    return [job.id for job in own.jobs("pending") if job.action == "send_webhook"]


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://", "https://a:b@example.com/", "ftp://x/", "https://x:0/"]
)
def test_an_address_that_is_no_public_https_is_refused(own, url):
    own.world.courier = HttpCourier()
    with pytest.raises(Invalid, match="https:// address without a user"):
        webhooks.add(own.owner, url)


def test_unknown_types_and_too_many_addresses_are_refused(own, receiver):
    with pytest.raises(Invalid, match=r"not payout\.exploded"):
        webhooks.add(own.owner, receiver.url, types=["payout.exploded"])
    for _ in range(webhooks.MOST):
        webhooks.add(own.owner, receiver.url)

    with pytest.raises(Invalid, match="20 webhooks at most; remove one"):
        webhooks.add(own.owner, receiver.url)


def test_webhooks_are_for_owners_and_admins(own, receiver):
    with pytest.raises(NotAllowed):
        webhooks.add(own.vendor("manager"), receiver.url)


def test_without_webhooks_nothing_is_kept_of_what_happens(own):
    own.payout(state="Ready")

    assert own.all("SELECT id FROM event WHERE account_id = :account") == []


def test_verify_finds_nothing_wrong_with_deliveries(own, receiver):
    webhooks.add(own.owner, receiver.url)
    own.payout(state="Ready")
    work(own)
    work(own)

    assert [row.findings for row in verify.run(own.world, missing=lambda *_: ()) if not row.holds] == []


def page(place, webhook):
    with place.world.store.reading() as tx:
        return webhooks.deliveries(tx, place.owner, webhook).items
