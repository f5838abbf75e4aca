"""What every store keeps to: one suite for SQLite and PostgreSQL."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from engine.errors import Invalid
from engine.store import Store, Tx


def box(store, name="a"):
    with store.reading() as tx:
        row = tx.one("SELECT n FROM box WHERE id = :id", id=name)
    return row and row.n


def put(n, name="a"):
    return lambda tx: tx.run("UPDATE box SET n = :n WHERE id = :id", n=n, id=name)


def test_a_unit_of_work_commits_and_gives_back_what_its_work_gives_back(store):
    assert (store.unit_of_work(put(2)), box(store)) == (1, 2)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_rolls_everything_back(store, error):
    def work(tx):
        put(2)(tx)
        tx.insert("box", id="b", n=1)
        raise error

    with pytest.raises(error):
        store.unit_of_work(work)
    assert (box(store), box(store, "b")) == (1, None)


def test_after_an_error_the_next_unit_of_work_is_fresh(store):
    for _ in range(40):
        with pytest.raises(ZeroDivisionError):
            store.unit_of_work(lambda tx: 1 // 0)

    assert store.unit_of_work(put(2)) == 1


def test_hooks_run_after_the_commit_and_see_it(store):
    seen = []

    def work(tx):
        put(2)(tx)
        tx.after_commit["look"] = lambda: seen.append(box(store))
        seen.append("inside")

    store.unit_of_work(work)

    assert seen == ["inside", 2]


def test_hooks_do_not_run_when_the_work_is_rolled_back(store):
    seen = []

    def work(tx):
        tx.after_commit["look"] = lambda: seen.append(1)
        raise ValueError

    with pytest.raises(ValueError):
        store.unit_of_work(work)
    assert seen == []


def test_a_hook_that_was_noted_twice_runs_once(store):
    seen = []

    def work(tx):
        for _ in range(2):
            tx.after_commit["look"] = lambda: seen.append(1)

    store.unit_of_work(work)

    assert seen == [1]


def test_two_increments_at_once_both_count(store):
    def add(_):
        return store.unit_of_work(lambda tx: put(tx.one("SELECT n FROM box WHERE id = 'a' FOR UPDATE").n + 1)(tx))

    with ThreadPoolExecutor(16) as threads:
        [*threads.map(add, range(100))]
    assert box(store) == 101


def test_locks_are_named_in_the_words_of_both_databases(store):
    for lock in (
        "FOR UPDATE",
        "FOR SHARE",
        "FOR UPDATE OF b",
        "FOR SHARE OF b FOR UPDATE OF c",
        "FOR UPDATE SKIP LOCKED",
    ):
        sql = f"SELECT b.n FROM box b JOIN box c ON c.id = b.id WHERE b.id = :id {lock}"
        assert store.unit_of_work(lambda tx, sql=sql: tx.one(sql, id="a").n) == 1


def test_parameters_are_values_and_never_sql(store):
    hostile = "'; DROP TABLE box; -- :id %s"
    store.unit_of_work(lambda tx: tx.insert("box", id=hostile, n=7))

    assert box(store, hostile) == 7


def test_a_percent_sign_and_a_cast_are_plain_sql(store):
    with store.reading() as tx:
        row = tx.one("SELECT n FROM box WHERE id LIKE 'a%' AND CAST(n AS TEXT) = :n", n="1")

    assert row.n == 1


def test_rows_have_names(store):
    with store.reading() as tx:
        assert tx.one("SELECT id, n AS many FROM box").many == 1
        assert [row.id for row in tx.all("SELECT id FROM box")] == ["a"]
        assert tx.one("SELECT id FROM box WHERE id = 'b'") is None


def test_a_reading_sees_one_state_of_the_database(store):
    with store.reading() as tx:
        before = tx.one("SELECT n FROM box").n
        store.unit_of_work(put(2))
        after = tx.one("SELECT n FROM box").n

    assert (before, after, box(store)) == (1, 1, 2)


def test_work_that_the_database_wants_run_again_is_run_again(store):
    """A passing trouble: a deadlock or serialization failure on PostgreSQL, a lock on SQLite."""
    runs = []

    def work(tx):
        runs.append(1)
        put(len(runs))(tx)
        if len(runs) < 3:
            raise _passing(store)

    store.unit_of_work(work)

    assert (len(runs), box(store)) == (3, 3)


def test_a_trouble_that_does_not_pass_is_told_in_the_end(store):
    runs = []

    def work(tx):
        runs.append(1)
        raise _passing(store)

    with pytest.raises(Exception, match=r"locked|deadlock"):
        store.unit_of_work(work)
    assert len(runs) == 6


def _passing(store) -> Exception:
    if store.dialect.name == "sqlite":
        return sqlite3.OperationalError("database is locked")
    import psycopg.errors

    return psycopg.errors.DeadlockDetected("deadlock detected")


def test_two_transactions_that_lock_each_other_out_both_succeed(store):
    """On SQLite the second waits for the first; on PostgreSQL one is a deadlock's victim and is run again."""
    store.unit_of_work(lambda tx: tx.insert("box", id="b", n=1))
    meet = threading.Barrier(2)

    with ThreadPoolExecutor(2) as threads:
        [*threads.map(lambda names: _add_crosswise(store, meet, *names), (("a", "b"), ("b", "a")))]
    assert (box(store), box(store, "b")) == (3, 3)


def _add_crosswise(store, meet, first, second):
    def work(tx):
        tx.one("SELECT n FROM box WHERE id = :id FOR UPDATE", id=first)
        _wait_briefly(meet)
        for name in (first, second):
            tx.run("UPDATE box SET n = n + 1 WHERE id = :id", id=name)

    store.unit_of_work(work)


def _wait_briefly(meet):
    try:
        meet.wait(0.2)
    except threading.BrokenBarrierError:
        return


def test_of_two_who_write_the_same_unique_row_the_second_sees_the_first(store):
    """Run again after the other's commit, work that looks first finds the row."""
    meet = threading.Barrier(2)

    with ThreadPoolExecutor(2) as threads:
        done = [*threads.map(lambda _: _make_the_only_one(store, meet), range(2))]
    assert sorted(done) == ["made it", "was there"]


def _make_the_only_one(store, meet):
    def work(tx):
        if tx.one("SELECT id FROM box WHERE id = 'only'"):
            return "was there"
        _wait_briefly(meet)
        tx.insert("box", id="only", n=1)
        return "made it"

    return store.unit_of_work(work)


def test_a_watch_notices_a_commit_of_another_connection(database, store):
    watch, other = store.watch(), Store(database)
    watch.changed()
    other.unit_of_work(put(2))

    noticed = watch.changed() or store.dialect.name == "postgresql"  # which is asked once a second
    watch.close()
    other.close()
    assert noticed


def test_bytes_big_integers_booleans_and_every_letter_come_back_as_they_went(store):
    store.unit_of_work(lambda tx: tx.run("CREATE TABLE kinds (t TEXT, b BIGINT, f BOOLEAN, c " + _bytes(store) + ")"))
    values = {"t": "Zażółć – 漢字 😀", "b": 2**62, "f": True, "c": bytes(range(256))}
    store.unit_of_work(lambda tx: tx.insert("kinds", **values))
    with store.reading() as tx:
        row = tx.one("SELECT t, b, f, c FROM kinds")

    assert (row.t, row.b, bool(row.f), bytes(row.c)) == tuple(values.values())


def _bytes(store):
    return "BLOB" if store.dialect.name == "sqlite" else "BYTEA"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_a_text_that_one_of_the_two_does_not_keep_is_refused_by_both(store, text):
    with pytest.raises(Invalid, match=r"^The request cannot be accepted\. text: it holds codes that are no characters"):
        store.unit_of_work(lambda tx: tx.one("SELECT CAST(:text AS TEXT) AS text", text=text))

    assert store.unit_of_work(lambda tx: tx.one("SELECT CAST(:text AS TEXT) AS text", text="fresh")).text == "fresh"


def test_a_transaction_is_no_more_than_its_few_words():
    words = {"after_commit", "all", "both", "insert", "one", "part", "run", "send"}

    assert {name for name in vars(Tx) if not name.startswith("_")} == words


def test_a_part_that_raises_is_undone_alone_with_its_hooks(store):
    def work(tx):
        put(2)(tx)
        with pytest.raises(ZeroDivisionError), tx.part():
            tx.insert("box", id="b", n=1)
            tx.after_commit["b"] = lambda: None
            raise ZeroDivisionError
        return list(tx.after_commit)

    assert (store.unit_of_work(work), box(store), box(store, "b")) == ([], 2, None)


def test_what_was_sent_wrongly_is_raised_within_its_part(store):
    def work(tx):
        with pytest.raises(Exception, match=r"(?i)unique"), tx.part():
            tx.insert("box", id="a", n=7)
        tx.insert("box", id="b", n=8)

    store.unit_of_work(work)

    assert (box(store), box(store, "b")) == (1, 8)


def test_what_was_sent_wrongly_at_the_end_rolls_everything_back(store):
    def work(tx):
        tx.insert("box", id="b", n=1)
        tx.send("INSERT INTO box (id, n) VALUES (:id, :n)", id="c", n=None)

    with pytest.raises(Exception, match=r"(?i)not.null"):
        store.unit_of_work(work)
    assert (box(store, "b"), box(store, "c")) == (None, None)


@pytest.mark.parametrize("within", ["a part", "the whole"])
def test_after_any_number_of_errors_every_statement_works_on_the_same_connection(store, within):
    """Whatever a driver remembers of statements that were skipped after an error."""
    for n in range(14):
        if within == "a part":
            assert store.unit_of_work(lambda tx, n=n: _wrong_in_a_part(tx, n) or _right(tx)) == [1] * 7
        else:
            with pytest.raises(Exception, match=r"(?i)unique"):
                store.unit_of_work(lambda tx, n=n: _wrong(tx, n))
            assert store.unit_of_work(_right) == [1] * 7


def _wrong_in_a_part(tx, n):
    with suppress(Exception), tx.part():
        _wrong(tx, n)


def _wrong(tx, n):
    tx.insert("box", id="a", n=n)  # taken already
    for m in range(n % 7):
        tx.send(f"UPDATE box SET n = n + {m} WHERE id = :id", id="a")
    tx.one("SELECT n FROM box")


def _right(tx):
    return [tx.run(f"UPDATE box SET n = n + {m} WHERE id = :id", id="a") for m in range(7)]


def test_two_changes_at_once_say_how_many_rows_the_second_changed(store):
    into, move = "INSERT INTO box (id, n) VALUES (:new, :n)", "UPDATE box SET n = :n WHERE id = :old"
    changed = [
        store.unit_of_work(lambda tx, new=new, old=old: tx.both(into, move, new=new, old=old, n=5))
        for new, old in (("b", "a"), ("c", "nobody"))
    ]

    assert (changed, box(store), box(store, "b"), box(store, "c")) == ([1, 0], 5, 5, 5)
