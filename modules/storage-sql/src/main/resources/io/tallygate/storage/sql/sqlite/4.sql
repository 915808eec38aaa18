-- From here on results, and rows in the journal, are packed in a format that earlier programs cannot read, so that those must
-- not open this file. The tables stay as they are.
SELECT 1;
