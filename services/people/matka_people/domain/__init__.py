"""The rules about persons: who they are, what they may be, and how they prove it is they."""
