"""Faults in a rehearsal: what may break while work is in flight, and the proof that nothing came of it."""
