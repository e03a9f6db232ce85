"""A decision -> the mail that says it; the outbox that sends it."""
