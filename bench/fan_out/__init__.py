"""What a delivery costs: our server beside its peers, each on one core, under the same load.

    make bench
    .venv/bin/python -m bench.fan_out --only saturated lockstep --rounds 1

`parts` has the measurements and the bar that each has to pass, `ours` and `peers` the servers, `load.c` the
clients. README of the figures: docs/performance.md.
"""
