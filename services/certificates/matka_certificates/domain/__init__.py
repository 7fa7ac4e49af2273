"""The rules about certificates: what they state, how they are numbered, replaced, revoked and released."""
