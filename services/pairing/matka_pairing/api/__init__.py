"""Pairing's HTTP door: who may ask for what; no rules."""

from matka_pairing.api import matching, pairs, programs

ROUTERS = (programs.router, matching.router, pairs.router)
