"""One function per command and per event of scheduling."""
