CREATE TABLE counter (
    counter_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (counter_type, resource_id)
) STRICT, WITHOUT ROWID;

-- outcomes is null only inside the transaction that claims the key.
CREATE TABLE idempotency (
    id TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    outcomes BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_expires_at ON idempotency (expires_at);

-- The last flush of each writer; result is null only inside the transaction that applies it.
CREATE TABLE flush_guard (
    writer TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    applied_at INTEGER NOT NULL,
    result BLOB
) STRICT, WITHOUT ROWID;
