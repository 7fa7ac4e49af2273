"""Which services there are, in the order in which they start, and who signs with a key."""

# Each wave starts when the one before is ready: persons first, the door for people last.
WAVES = (("people",), ("pairing", "scheduling", "learning", "certificates", "notifications"), ("gateway",))
SERVICES = tuple(service for wave in WAVES for service in wave)
KEY_HOLDERS = (*SERVICES, "cli")  # the command signs with a key of its own: it makes the first administrator
