"""The library, the self-study course, exercises, goals, introductions and check-ins."""
