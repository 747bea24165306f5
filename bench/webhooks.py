"""Webhook → Set → If → Set → Respond, every run's full trace kept."""

from __future__ import annotations

from bench import graphs
from bench.load import Load, closed_loop
from bench.memory import Peak
from bench.stage import Stage, measures
from bench.transactions import counted


def _load(stage: Stage, clients: int) -> Load:
    """Warm up, then measure. Raises when anything but 2xx came back."""
    url = stage.webhook(graphs.wh5(), "a=7")
    closed_loop(url, clients=clients, seconds=1 if stage.fast else 3)
    load = closed_loop(url, clients=clients, seconds=4 if stage.fast else 15)
    if load.errors:
        raise RuntimeError(f"{clients} clients: {load.errors}")
    return load


@measures("webhook_c1_p50_ms")
def one_client(stage: Stage) -> None:
    load = _load(stage, 1)
    stage.report("webhook_c1_p50_ms", load.percentile_ms(0.5), "ms", runs_per_s=round(load.per_second, 1))


@measures("webhook_c10_runs_per_s")
def ten_clients(stage: Stage) -> None:
    load = _load(stage, 10)
    stage.report("webhook_c10_runs_per_s", load.per_second, "1/s", p50_ms=round(load.percentile_ms(0.5), 2))


@measures("webhook_c50_runs_per_s", "webhook_c50_p99_ms", "load_peak_mb", "tx_per_run")
def fifty_clients(stage: Stage) -> None:
    stage.webhook(graphs.wh5(), "a=7")
    sqlite_file = stage.folder / "data" / "orchestrator.sqlite3"
    with (
        Peak(stage.pid) as peak,
        counted(database_url=stage.database_url, sqlite_file=sqlite_file) as transactions,
    ):
        load = _load(stage, 50)
    p50 = round(load.percentile_ms(0.5), 2)
    stage.report("webhook_c50_runs_per_s", load.per_second, "1/s", p50_ms=p50)
    stage.report("webhook_c50_p99_ms", load.percentile_ms(0.99), "ms", p50_ms=p50)
    stage.report("load_peak_mb", peak.mb, "MB")
    warm_share = 4 / 5 if stage.fast else 15 / 18
    stage.report("tx_per_run", transactions.count * warm_share / len(load.latencies), "1")
