"""Evaluation cases, metrics, runs, reports and benchmarks."""
