-- One row: the name of the journal that belongs to this file, and the epoch since which it holds rows that these tables
-- may lack; 0 when they lack none, as after an orderly stop.
CREATE TABLE journal (
    name TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;

INSERT INTO journal (name, since) VALUES (lower(hex(randomblob(16))), 0);
