"""The intake bot: mail in, forms read, answers out."""
