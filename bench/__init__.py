"""`make bench`: one JSON line a figure. See docs/benchmarks.md."""
