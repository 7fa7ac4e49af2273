"""What every service needs and no domain knows: store, outbox, bus, timers, jobs, HTTP shell."""
