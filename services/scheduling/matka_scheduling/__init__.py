"""Meetings, gatherings, attendance and everything that has a date."""
