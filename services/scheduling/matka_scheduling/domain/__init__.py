"""The rules of meetings, gatherings, attendance and participation; pure."""
