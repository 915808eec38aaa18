/**
 * Stores on SQLite and on PostgreSQL.
 *
 * <p>{@link io.tallygate.storage.sql.SqlCounterStore} is the algorithm, the same for both; {@link
 * io.tallygate.storage.sql.Database} says how a transaction runs, {@link io.tallygate.storage.sql.Session} holds the
 * statements that both understand and leaves to its two kinds those that take many rows: PostgreSQL gets arrays, because
 * a row at a time would cost a round trip each; SQLite gets rows of parameters, because it has no round trips.
 *
 * <p>The schema is a numbered list of files, applied by {@link io.tallygate.storage.sql.Migrations} in one transaction.
 * Flyway 10.22 was measured first: 260–310 ms of a start on SQLite, and a JSON and a TOML library on the class path, to
 * run one file.
 *
 * <p>There is no index on a counter's value: it would double the writes of every increment, to speed up the one question
 * that callers cache.
 */
@NullMarked
package io.tallygate.storage.sql;

import org.jspecify.annotations.NullMarked;
