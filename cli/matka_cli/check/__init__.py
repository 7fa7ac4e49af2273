"""The checker: reads what a rehearsal left behind as an outsider would, and names what it finds broken."""
