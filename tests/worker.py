"""One guarded worker for all tests of a process that read with the usual limits: starting it costs more than reading many mails."""

from bot.documents.guard import Guard

WORKER = Guard()
