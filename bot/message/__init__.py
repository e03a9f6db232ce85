"""Bytes of one mail -> ``Message``: charsets, nested mails, who wrote, whether a robot writes."""
