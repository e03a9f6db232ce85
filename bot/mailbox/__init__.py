"""IMAP in, SMTP out: connections, what providers do differently, and which failure means what."""
