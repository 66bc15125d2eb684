"""How large every proof and benchmark runs: small at each CI run (20 seconds at most), full with `run.py prove NAME`.

A row is named after its module in tests/proofs and holds `ci` and `full`, both handed to that module's `main`, and
`needs`: the marks of tests/machine.py without which it cannot run.
"""

SIZES: dict[str, dict] = {
    "killed_worker": {"ci": {"kills": 0}, "full": {"kills": 20}, "needs": ("postgres", "redis")},
    "one_decision": {"ci": {"rounds": 20}, "full": {"rounds": 200}, "needs": ("postgres",)},
    "one_place_left": {
        "ci": {"clients": 32, "rounds": 5},
        "full": {"clients": 32, "rounds": 50},
        "needs": ("postgres",),
    },
}
