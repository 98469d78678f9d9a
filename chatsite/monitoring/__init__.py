"""What whoever runs the site can ask a process, without being anybody: does it live, is it ready, how is it.

`answers` stands before the site and has the three addresses, `parts` looks whether what serving needs is
there, `figures` reads what the process has counted, and `exposition` writes it down as Prometheus reads it.
Each process answers for itself alone.
"""

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

EXTENSION = "chatsite.vitals"  # where in an ASGI scope our server puts its `Vitals`
