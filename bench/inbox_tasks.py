"""Fill an instance's inbox: `python -m bench.inbox_tasks 100000`, in the instance's environment."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

BATCH = 2000
SUBJECTS = ("Refund for order", "Post for campaign", "Reply to customer", "Price change of article")
QUEUES = ("", "refunds", "posts")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    import django

    django.setup()
    fill(int(sys.argv[1]))


def fill(count: int) -> None:
    """Open tasks: half for anyone, half for named people; some overdue, of every priority."""
    from django.db import transaction
    from django.utils import timezone

    from orchestrator.ids import new_id
    from orchestrator.inbox.models import HumanTask, TaskCandidate

    now = timezone.now()
    for start in range(0, count, BATCH):
        tasks = []
        for number in range(start, min(start + BATCH, count)):
            subject = f"{SUBJECTS[number % len(SUBJECTS)]} {number}"
            tasks.append(
                HumanTask(
                    run_id=new_id(),
                    step="gate:1",
                    node_id="gate",
                    node_name="Gate",
                    workflow_name=f"Workflow {number % 40}",
                    subject=subject,
                    words=f"{subject} workflow {number % 40} gate".casefold(),
                    priority=number % 4,
                    queue=QUEUES[number % len(QUEUES)],
                    for_anyone=number % 2 == 0,
                    assignees=[] if number % 2 == 0 else [f"person{number % 50}@example.org"],
                    outcomes=["approved", "rejected"],
                    proposed={"amount": number, "text": "Dear customer, " * 10},
                    context=[{"order": number, "lines": [{"article": n, "price": n * 3} for n in range(5)]}],
                    created_at=now - timedelta(minutes=number % 5000),
                    due_at=now + timedelta(minutes=number % 9000 - 200) if number % 3 == 0 else None,
                )
            )
        with transaction.atomic():
            HumanTask.objects.bulk_create(tasks)
            TaskCandidate.objects.bulk_create(
                TaskCandidate(task=task, who=name) for task in tasks for name in task.assignees
            )


if __name__ == "__main__":
    main()
