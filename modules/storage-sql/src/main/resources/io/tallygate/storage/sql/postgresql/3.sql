-- From here on results are packed in a format that earlier programs cannot read, so that those must not open this schema. The
-- tables stay as they are.
SELECT 1;
