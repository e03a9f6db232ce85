"""Bytes of one file -> ``Document``: one reader per format, archives, OCR, the guarded worker."""
