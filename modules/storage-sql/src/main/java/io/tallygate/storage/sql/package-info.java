/**
 * Stores on SQLite and on PostgreSQL.
 *
 * <p>{@link io.tallygate.storage.sql.SqlLedgerStore} is the algorithm, the same for both: it reads the
 * rows that a flush names, has a {@link io.tallygate.ledger.Worksheet} change them, and puts them back; {@link
 * io.tallygate.storage.sql.Database} says how a transaction runs, {@link io.tallygate.storage.sql.Session} what it can
 * do. On PostgreSQL each of that is a statement over arrays, because a row at a time would cost a round trip each.
 *
 * <p>On SQLite a transaction is read from the file and from the rows in front of it, and committed by one synchronous
 * append to a journal ({@link io.tallygate.storage.sql.SqliteDatabase}). SQLite itself writes a page of 4 KiB to its log
 * for each row that is not next to another one; that took more time than all else on the way of an increment. Measured
 * in turns on two cores, 100 connections, popular counters, increments a second with SQLite's own commit and with the
 * journal: 38,200 and 44,600–56,800, CPU of the server 31 and 21–28 µs an increment.
 *
 * <p>The rows in front of the file are found by name and by section, so that a list, a ranking or a sweep looks at those of
 * its sections alone. How many they are and how much memory they take is bounded, about 64 MiB in all, and so is the journal:
 * at two thirds of a bound a checkpoint begins, and at the bound transactions wait for it. A sweep is a transaction like any
 * other, which deletes what it finds.
 *
 * <p><b>A file and its journal belong together.</b> The file has its journal's name and the epoch since which it needs
 * it ({@link io.tallygate.storage.sql.JournalMark}), noted before the first append and brought into the file itself, past
 * SQLite's log, so that a copy of {@code tallygate.db} alone is known for what it is. An orderly stop takes the note back.
 * While they are open, their names are looked up, the journal's at each append: a system call of 1.3 µs. Only asking once
 * a second was rejected, because what is acknowledged in between is lost.
 *
 * <p><b>A database that takes no writes is still read.</b> Nothing is written at a start unless it has to be; on SQLite
 * that is put off until there is room. SQLite's log needs 32 KiB of disk to be read at all, so without one the file is
 * opened as immutable until the first write.
 *
 * <p>The schema is a numbered list of files, applied by {@link io.tallygate.storage.sql.Migrations} in one transaction.
 * Flyway 10.22 was measured first: 260–310 ms of a start on SQLite, and a JSON and a TOML library on the class path, to
 * run one file.
 *
 * <p>A book of documents has a table of section, id, version and document. On PostgreSQL such rows are locked and put back by
 * statements over arrays, as numbers are. Of a document that is to be put only the version is read.
 *
 * <p>There is no index on a counter's value: it would double the writes of every increment, to speed up the one question
 * that callers cache.
 */
@NullMarked
package io.tallygate.storage.sql;

import org.jspecify.annotations.NullMarked;
