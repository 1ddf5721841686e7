"""The oracle and the checks: none of it shares code with the engine."""
