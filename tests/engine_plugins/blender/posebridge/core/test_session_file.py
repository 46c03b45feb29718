"""Session files read without the daemon's own reader, held to it: whole, unsteady, cut off at any byte, and hostile."""
from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mcap.writer import CompressionType, Writer
from numpy.testing import assert_allclose, assert_array_equal

import bridge
from bridge import wire
from bridge.capture.load import load_session
from bridge.capture.mcap import SessionWriter
from bridge.frames import Session, Setup, TrackerFrame
from engine_plugins.blender.posebridge.core.client_errors import DaemonError
from engine_plugins.blender.posebridge.core.mcap_file import MAGIC, McapError, Unopenable, messages
from engine_plugins.blender.posebridge.core.messages import SolveClip
from engine_plugins.blender.posebridge.core.session_file import SessionFileError, read_session, trackers_of
from tests.engine_plugins.blender.posebridge.core.actor import reading

DEMO = Path(bridge.__file__).parent / "assets" / "demo.mcap"


def same(clip: SolveClip, session: Session) -> None:
    shape = session.clip.positions_m.shape
    assert clip.rate_hz == session.clip.rate_hz and clip.frame_count == shape[0] and clip.setup is not None
    assert [seat.joint - 1 for seat in clip.setup.trackers] == [one.joint for one in session.setup.trackers]
    assert_allclose(np.array(clip.setup.offsets_m).reshape(-1, 3), session.setup.skeleton.offsets_m)
    seen = [np.frombuffer(one, np.uint8).astype(bool).reshape(shape[:2]) for one in (
        clip.position_valid, clip.rotation_valid)]
    assert_array_equal(seen[0], session.clip.position_valid)
    assert_array_equal(seen[1], session.clip.rotation_valid)
    assert_allclose(trackers_of(clip)[seen[0]], session.clip.positions_m[seen[0]], atol=1e-5)
    turns = np.frombuffer(clip.rotations_xyzw, "<f4").reshape(*shape[:2], 4)
    assert np.abs(np.sum(turns * session.clip.rotations_xyzw, axis=-1)[seen[1]]).min(initial=1) > 1 - 1e-5


def test_the_demo_s_session_is_what_the_daemon_s_reader_says() -> None:
    same(read_session(DEMO), load_session(DEMO))


@pytest.fixture
def unsteady(tmp_path: Path) -> Path:
    """Frames that come when they come, in no order, twice, with hands lost and half a second of nothing."""
    rng = np.random.default_rng(5)
    times = np.cumsum(rng.uniform(8e6, 14e6, 200)).astype(int)
    times[120:] += 500_000_000
    frames = []
    for number, time_ns in enumerate(times.tolist()):
        one = reading(number)
        frames.append(TrackerFrame(number + 1, time_ns, one.positions_m, one.rotations_xyzw, rng.random(3) > 0.1,
                                   rng.random(3) > 0.1))
    frames[50], frames[51] = frames[51], frames[50]
    frames.append(replace(frames[70], positions_m=frames[70].positions_m + np.float32(0.001)))
    with SessionWriter(tmp_path / "unsteady.mcap", Setup()) as writer:
        for frame in frames:
            writer.add_trackers(frame)
    return tmp_path / "unsteady.mcap"


def test_an_unsteady_session_is_made_steady_as_there(unsteady: Path) -> None:
    session = load_session(unsteady)
    assert not session.clip.position_valid.all() and len(session.clip) > 200
    same(read_session(unsteady), session)


def test_cut_off_anywhere_it_is_read_as_far_as_it_is_whole(unsteady: Path) -> None:
    data, compared = unsteady.read_bytes(), 0
    for length in range(8, len(data), len(data) // 23):
        unsteady.write_bytes(data[:length])
        try:
            session = load_session(unsteady)
        except Exception:
            with pytest.raises(SessionFileError):
                read_session(unsteady)
            continue
        same(read_session(unsteady), session)
        compared += 1
    assert compared > 10


def test_a_damaged_chunk_ends_it_there(unsteady: Path) -> None:
    data = bytearray(unsteady.read_bytes())
    data[len(data) // 2] ^= 0xFF
    unsteady.write_bytes(data)
    same(read_session(unsteady), load_session(unsteady))


def written(path: Path, compression: CompressionType, rows: list[tuple[str, bytes]]) -> Path:
    with path.open("wb") as file:
        writer = Writer(file, compression=compression)
        writer.start()
        schema = writer.register_schema("any", "protobuf", b"")
        channels = {topic: writer.register_channel(topic, "protobuf", schema) for topic, _ in rows}
        for number, (topic, data) in enumerate(rows):
            writer.add_message(channels[topic], number, data, number)
        writer.finish()  # type: ignore[no-untyped-call]
    return path


def test_chunks_without_compression_are_read_and_foreign_ones_named(tmp_path: Path) -> None:
    rows = [("/setup", b"one"), ("/trackers", b"two"), ("/trackers", b"")]
    assert [*messages(written(tmp_path / "plain.mcap", CompressionType.NONE, rows))] == rows
    assert [*messages(written(tmp_path / "zstd.mcap", CompressionType.ZSTD, rows))] == rows
    chunk = struct.pack("<QQQII3sQ4s", 0, 0, 4, zlib.crc32(b"data"), 3, b"lz4", 4, b"data")
    (tmp_path / "lz4.mcap").write_bytes(MAGIC + struct.pack("<BQ", 6, len(chunk)) + chunk)
    with pytest.raises(Unopenable, match="lz4"):
        [*messages(tmp_path / "lz4.mcap")]


@pytest.mark.parametrize("data", [b"", b"rubbish", MAGIC, MAGIC + b"\x06" + b"\xff" * 8, MAGIC + b"\x06" + b"\x03" * 40,
                                  MAGIC + struct.pack("<BQH", 4, 2, 1), MAGIC + struct.pack("<BQH", 5, 2, 1)])
def test_what_is_no_session_is_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.mcap").write_bytes(data)
    with pytest.raises(SessionFileError) as refused:
        read_session(tmp_path / "bad.mcap")
    assert str(refused.value).count("bad.mcap") == 1 and "\n" not in str(refused.value)


def test_rubbish_decodes_or_is_refused(unsteady: Path) -> None:
    """Whatever a byte becomes, nothing but the named errors comes out."""
    data, rng = unsteady.read_bytes(), np.random.default_rng(11)
    for _ in range(60):
        hurt = bytearray(data)
        for place in rng.integers(8, len(hurt), 6):
            hurt[place] = rng.integers(0, 256)
        unsteady.write_bytes(hurt)
        with suppress(SessionFileError, McapError, DaemonError):
            read_session(unsteady)


def test_frames_of_another_count_are_refused(tmp_path: Path) -> None:
    setup = wire.encode_setup(Setup(), "Ada")
    one = reading(1, trackers=2)
    frame = wire.encode_tracker_frame(TrackerFrame(1, 1, one.positions_m, one.rotations_xyzw, one.position_valid,
                                                   one.rotation_valid))
    path = written(tmp_path / "two.mcap", CompressionType.ZSTD, [("/setup", setup), ("/trackers", frame)])
    with pytest.raises(SessionFileError, match="3 trackers"):
        read_session(path)
