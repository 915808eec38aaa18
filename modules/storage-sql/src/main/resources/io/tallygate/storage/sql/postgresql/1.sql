-- Names compare by their bytes, on every server and in every locale. Rows are rewritten in place while pages have room.
CREATE TABLE counter (
    counter_type TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (counter_type, resource_id)
) WITH (fillfactor = 80);

-- outcomes is null only inside the transaction that claims the key.
CREATE TABLE idempotency (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    fingerprint TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    outcomes BYTEA
) WITH (fillfactor = 80);

CREATE INDEX idempotency_expires_at ON idempotency (expires_at);

-- The last flush of each writer; result is null only inside the transaction that applies it.
CREATE TABLE flush_guard (
    writer TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    result BYTEA
) WITH (fillfactor = 50);
