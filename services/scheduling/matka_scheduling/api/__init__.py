"""Scheduling's HTTP door: who may ask, what is asked and how it is answered; no rules."""
