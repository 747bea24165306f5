"""Multiply one waiting run: `python -m bench.clone_runs COUNT`, with the product's environment.

Each copy waits for an event of its own, `go-<n>`; posting it resumes that copy alone."""

from __future__ import annotations

import os
import sys
from typing import Any

import django


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    django.setup()
    from orchestrator.ids import new_id
    from orchestrator.runs.models import Run, Segment, Subscription

    original = Run.objects.get(status="paused")
    segments = list(original.segments.all())
    (subscription,) = original.subscriptions.all()
    for start in range(0, count, 5000):
        ids = [new_id() for _ in range(start, min(start + 5000, count))]
        Run.objects.bulk_create([_copy(original, Run, id=id) for id in ids])
        Segment.objects.bulk_create([_copy(one, Segment, run_id=id) for id in ids for one in segments])
        Subscription.objects.bulk_create(
            [
                _copy(subscription, Subscription, id=None, run_id=id, name=f"go-{start + n}")
                for n, id in enumerate(ids)
            ]
        )


def _copy(row: Any, model: type[Any], **changes: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    return model(**{**values, **changes})


if __name__ == "__main__":
    main(int(sys.argv[1]))
