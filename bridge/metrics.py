"""The daemon's figures for Prometheus, on this machine only: http://127.0.0.1:PORT/metrics."""
from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.errors import UsageError
from bridge.messages import EngineState
from bridge.replies import Status

HOST = "127.0.0.1"


class Metrics(Collector):
    """Shows the status it was last told, to whoever asks; a thread of its own answers. Port 0: any free one."""

    def __init__(self, port: int) -> None:
        self._latest: Status | None = None
        registry = CollectorRegistry()
        registry.register(self)
        ProcessCollector(registry=registry)
        try:
            self._server, self._thread = start_http_server(port, HOST, registry)
        except OSError as error:
            raise UsageError(f"--metrics-port {port}: {error.strerror or error}") from error
        self.port = int(self._server.server_port)

    def __call__(self, status: Status) -> None:
        self._latest = status

    def collect(self) -> Iterator[Metric]:
        """What Prometheus is told; nothing before the first status."""
        return metrics_of(self._latest) if self._latest else iter(())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def metrics_of(status: Status) -> Iterator[Metric]:
    """Each figure with its help."""
    yield GaugeMetricFamily("posebridge_up_seconds", "since the daemon began", status.up_ns / 1e9)
    yield _engine(status.engine)
    yield GaugeMetricFamily("posebridge_sessions", "live sessions", len(status.sessions))
    yield GaugeMetricFamily("posebridge_sessions_most", "one more is refused", status.sessions_most)
    yield GaugeMetricFamily("posebridge_clips", "clips that wait or are solved", status.clips_waiting)
    yield CounterMetricFamily("posebridge_ticks", "batches of live frames solved", status.ticks)
    tick = GaugeMetricFamily("posebridge_tick_seconds", "of recent ticks, order to poses", labels=["quantile"])
    tick.add_metric(["0.5"], status.tick_p50_ms / 1e3)
    tick.add_metric(["0.95"], status.tick_p95_ms / 1e3)
    yield tick
    yield _frames(status)


def _engine(now: EngineState) -> Metric:
    family = GaugeMetricFamily("posebridge_engine", "1 for the state it is in", labels=["state"])
    for state in EngineState:
        family.add_metric([state.name.lower()], float(state is now))
    return family


def _frames(status: Status) -> Metric:
    account = status.account
    family = CounterMetricFamily("posebridge_frames", "live frames by what became of them", labels=["result"])
    for result in ("answered", "superseded", "late", "invalid"):
        family.add_metric([result], getattr(account, result))
    return family
