"""What Zhihui costs: medians and ratios, measured on this machine by ``python -m benchmarks``."""
