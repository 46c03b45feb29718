"""What Prometheus reads, over HTTP."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.errors import UsageError
from bridge.messages import EngineState
from bridge.metrics import Metrics
from bridge.replies import SessionClosed, SessionStatus, Status

ONE = SessionStatus("Ada", 3, 0, 0, True, "", SessionClosed(0, 0, 0, 0))
STATUS = Status(EngineState.READY, "default", "cpu", 90_000_000_000, 600, 3.0, 4.5, 1, 16, (ONE,),
                SessionClosed(100, 90, 8, 2, 1))


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    made = Metrics(0)
    yield made
    made.close()


def read(metrics: Metrics) -> dict[str, float]:
    text = urlopen(f"http://127.0.0.1:{metrics.port}/metrics", timeout=5).read().decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {sample.name + "".join(f"/{value}" for value in sample.labels.values()): sample.value for sample in samples}


def test_the_latest_status_is_told(metrics: Metrics) -> None:
    assert not any(name.startswith("posebridge") for name in read(metrics))
    metrics(replace(STATUS, ticks=5))
    metrics(STATUS)
    found = read(metrics)
    assert found["posebridge_up_seconds"] == 90 and found["posebridge_ticks_total"] == 600
    assert found["posebridge_engine/ready"] == 1 and found["posebridge_engine/draining"] == 0
    assert found["posebridge_tick_seconds/0.95"] == pytest.approx(0.0045)
    assert found["posebridge_sessions"] == 1 and found["posebridge_sessions_most"] == 16
    assert found["posebridge_frames_total/answered"] == 90 and found["posebridge_frames_total/late"] == 2


def test_a_port_that_is_taken_is_an_error(metrics: Metrics) -> None:
    with pytest.raises(UsageError, match=f"--metrics-port {metrics.port}"):
        Metrics(metrics.port)
