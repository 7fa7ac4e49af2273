"""The rules of self-study, exercises, goals and introductions; pure."""
