"""The rehearsal: a whole program played through the public API on a stepped clock."""
