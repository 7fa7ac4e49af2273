"""Persons, their addresses, languages, roles and sign-in, and nobody else's business."""
