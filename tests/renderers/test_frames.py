"""What the press and whoever uses it say to each other arrives whole, or not at all."""

import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderers.press import frames, pipes
from renderers.press.frames import Frame

plain = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
some_frames = st.builds(
    Frame, st.dictionaries(st.text(), plain), st.dictionaries(st.text(), st.binary(max_size=2000), max_size=5)
)


@given(some_frames)
def test_a_frame_comes_out_as_it_went_in(frame):
    assert frames.decode(frames.encode(frame)) == frame


@given(st.binary(max_size=200))
def test_bytes_that_are_no_frame_are_told(noise):
    try:
        assert isinstance(frames.decode(noise), Frame)
    except ValueError as told:
        assert str(told)


def test_a_frame_larger_than_a_pipe_arrives_whole_and_no_byte_of_the_next():
    first, second = (frames.encode(Frame({"at": at}, {"part": os.urandom(300_000)})) for at in (1, 2))
    with opened_pipe() as (source, sink):
        writer = threading.Thread(target=pipes.send, args=(sink, first + second))
        writer.start()

        assert pipes.receive(source) == first
        assert pipes.receive(source) == second
        writer.join()


@pytest.mark.parametrize("sent", [0, 2, 4, 60])
def test_a_frame_that_breaks_off_is_none(sent):
    with opened_pipe() as (source, sink):
        os.write(sink, frames.encode(Frame({}, {"part": bytes(100)}))[:sent])
        os.close(sink)

        assert pipes.receive(source) == b""


def test_who_does_not_answer_or_take_in_time_is_not_waited_for():
    with opened_pipe() as (source, sink):
        os.set_blocking(sink, False)
        with pytest.raises(TimeoutError):
            pipes.receive(source, ends=time.monotonic() + 0.05)

        with pytest.raises(TimeoutError):
            pipes.send(sink, bytes(1_000_000), ends=time.monotonic() + 0.05)


def test_an_answer_is_not_waited_for_when_whoever_asked_has_gone():
    with opened_pipe() as (source, _sink), opened_pipe() as (asked, asker):
        os.close(asker)

        with pytest.raises(EOFError):
            pipes.receive(source, while_open=asked)


def test_a_frame_that_is_too_large_is_refused_on_both_sides():
    with pytest.raises(ValueError, match=r"^The page has 67,\d{3},\d{3} bytes with its pictures; at most 67,108,864"):
        frames.encode(Frame({}, {"part": bytes(pipes.LARGEST)}))

    with opened_pipe() as (source, sink):
        os.write(sink, b"\xff\xff\xff\xff")
        with pytest.raises(ValueError, match="A frame of 4294967295 bytes; at most 67108864 are read"):
            pipes.receive(source)


class opened_pipe:  # noqa: N801 - used as a word of a sentence
    """Both ends of a pipe, closed afterwards where the test has not."""

    def __enter__(self) -> tuple[int, int]:
        self.ends = os.pipe()
        return self.ends

    def __exit__(self, *_: object) -> None:
        for end in self.ends:
            try:
                os.close(end)
            except OSError:
                continue
