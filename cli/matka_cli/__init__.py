"""The `matka` command: brings a machine up, starts and looks after everything, and rehearses a program."""
