-- What the choice of the next mail looks at, so that it reads no mail's bytes: the queue, and what each correspondent got.
CREATE INDEX outbox_queue ON outbox (status, to_addr, id, doubts, priority, due_at);
CREATE INDEX outbox_had ON outbox (to_addr, status, created_at, gathered);
