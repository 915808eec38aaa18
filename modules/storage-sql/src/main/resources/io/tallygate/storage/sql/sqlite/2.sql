-- One row: the epoch of the journal up to which its rows are in these tables.
CREATE TABLE checkpoint (
    epoch INTEGER NOT NULL
) STRICT;

INSERT INTO checkpoint (epoch) VALUES (0);
