"""The figures, each on a running product and a real browser."""

from __future__ import annotations

import statistics
import time

from bench_editor import scripts
from bench_editor.tab import Tab, measures
from tools.browser import counting_scripts

SMALL, LARGE = 50, 1000
ROWS = 100_000


@measures("open_1000_s", "canvas_route_gzip_kb")
def opening(tab: Tab) -> None:
    """From asking for the page to the cards drawn and the page free; with an empty cache for the size."""
    workflow_id = tab.workflow(LARGE)
    page = tab.context.new_page()
    with counting_scripts(page) as sizes:
        page.goto(f"/workflows/{workflow_id}", wait_until="networkidle")
    page.close()
    found = []
    for _ in range(2 if tab.here.fast else 5):
        page = tab.context.new_page()
        page.goto(f"/workflows/{workflow_id}", wait_until="commit")
        found.append(page.evaluate(scripts.INTERACTIVE) / 1000)
        page.close()
    tab.here.report("open_1000_s", statistics.median(found), "s", nodes=LARGE, worst=round(max(found), 3))
    tab.here.report("canvas_route_gzip_kb", sum(sizes.values()) / 1024, "KB", files=len(sizes))


def _frames(tab: Tab, script: str, count: int) -> list[float]:
    page = tab.open(tab.workflow(count))
    try:
        page.evaluate(script, 10)  # Whatever is made on first use is made now.
        return list(page.evaluate(script, 40 if tab.here.fast else 120))
    finally:
        page.close(run_before_unload=False)


def _report_ratio(tab: Tab, figure: str, script: str) -> None:
    """Mean frame time at 1,000 nodes against 50, one after the other so that both meet the same noise."""
    small, large = _frames(tab, script, SMALL), _frames(tab, script, LARGE)
    means = statistics.mean(small), statistics.mean(large)
    shown = {"small_ms": round(means[0], 1), "large_ms": round(means[1], 1), "worst_ms": round(max(large), 1)}
    tab.here.report(figure, means[1] / means[0], "ratio", **shown)


@measures("drag_frame_ratio")
def dragging(tab: Tab) -> None:
    _report_ratio(tab, "drag_frame_ratio", scripts.DRAG)


@measures("pan_frame_ratio")
def panning(tab: Tab) -> None:
    _report_ratio(tab, "pan_frame_ratio", scripts.PAN)


@measures("type_p95_ms")
def typing(tab: Tab) -> None:
    """From a key to its letter painted, in a param of a node among 1,000."""
    page = tab.open(tab.workflow(LARGE, "typing"))  # Of its own: the node that was dragged lies on others.
    page.locator("[data-id=n1]").dblclick()
    panel = page.get_by_role("complementary", name="Node Step 1")
    field = panel.get_by_role("textbox", name="Name", exact=True).first
    field.click()
    page.evaluate(scripts.WATCH_TYPING)
    field.press_sequentially(
        "the quick brown fox jumps over the lazy dog" * (1 if tab.here.fast else 3), delay=40
    )
    page.wait_for_timeout(300)
    typed = sorted(page.evaluate("window.typed"))
    page.close(run_before_unload=False)
    p95 = typed[int(len(typed) * 0.95)]
    tab.here.report("type_p95_ms", p95, "ms", keys=len(typed), median=round(statistics.median(typed), 1))


@measures("live_updates_per_s", "live_longest_task_ms")
def living(tab: Tab) -> None:
    """How often the canvas is painted anew, and how long it is ever busy, while 1,000 nodes run."""
    workflow_id = tab.workflow(LARGE)
    page = tab.open(workflow_id)
    page.get_by_role("button", name="Fit everything in").click()  # Every node is drawn.
    page.wait_for_timeout(800)
    page.evaluate(scripts.WATCH_RUN)
    tab.run(workflow_id, [{}])
    # Seldom: looking through a thousand cards with each frame would take the frames that are counted.
    while not page.evaluate(scripts.ALL_DONE):
        page.wait_for_timeout(250)
    drawn = page.locator("[data-node]").count()
    live = page.evaluate("window.live")
    page.close(run_before_unload=False)
    paints = live["paints"]
    seconds = max(0.001, (paints[-1] - paints[0]) / 1000)
    shown = {"paints": len(paints), "seconds": round(seconds, 2), "drawn": drawn}
    tab.here.report("live_updates_per_s", len(paints) / seconds, "1/s", **shown)
    tab.here.report("live_longest_task_ms", live["longest"], "ms")


@measures("rows_100k_open_s")
def opening_rows(tab: Tab) -> None:
    """From the click on Output to the first of 100,000 rows."""
    workflow_id = tab.workflow(3)
    tab.run(workflow_id, [{"id": at, "name": f"Row {at}", "total": at * 1.5} for at in range(ROWS)])
    found = []
    for _ in range(2 if tab.here.fast else 5):
        page = tab.open(workflow_id)
        page.locator("[data-id=n2]").dblclick()
        panel = page.get_by_role("complementary", name="Node Step 2")
        output = panel.get_by_role("tab", name="Output")
        output.wait_for()
        page.wait_for_timeout(500)
        began = time.monotonic()
        output.click()
        panel.get_by_role("cell", name="Row 0", exact=True).first.wait_for()
        found.append(time.monotonic() - began)
        page.close(run_before_unload=False)
    tab.here.report("rows_100k_open_s", statistics.median(found), "s", rows=ROWS, worst=round(max(found), 3))
