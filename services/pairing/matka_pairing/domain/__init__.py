"""The rules of programs, applications, readiness, matching and pairs: pure, no I/O, no clock."""
