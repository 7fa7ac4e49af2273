"""Programs, applications, readiness, matching and pairs: who walks with whom, and why."""
