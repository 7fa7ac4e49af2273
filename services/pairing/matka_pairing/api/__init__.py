"""Pairing's HTTP door: who may ask for what; no rules."""

from matka_pairing.api import applications, cases, matching, pairs, programs

ROUTERS = (programs.router, applications.router, matching.router, pairs.router, cases.router)
