"""Makes the same filled form in every format and layout that units send; used by tests and benchmarks only."""
