-- From version 0.2.0 on results are packed in a format that 0.1.0 cannot read, so that one must not open this schema.
COMMENT ON COLUMN idempotency.outcomes IS 'what became of the first request, packed; the first byte is the format';
COMMENT ON COLUMN flush_guard.result IS 'what became of the flush, packed; the first byte is the format';
