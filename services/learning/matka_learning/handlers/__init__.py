"""One function per command and per event of learning."""
