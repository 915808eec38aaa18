/**
 * The one write path of everything that is stored: rows of numbers and of documents, changed by postings.
 *
 * <p>A domain makes a {@link io.tallygate.ledger.Posting} of each request and gives it to the
 * {@link io.tallygate.ledger.Ledger}: one atomic set of changes, each with the bounds that the value after it must keep,
 * and a key where a repetition must not count again. What waits is folded into a {@link io.tallygate.ledger.Flush}, which
 * has a number, and a {@link io.tallygate.ledger.LedgerStore} applies it and remembers its number in the same atomic step.
 * So a flush without an answer can be sent again until it has one.
 *
 * <p>{@link io.tallygate.ledger.Worksheet} is the rule by which postings change rows. Stores that read rows before they
 * write them use it as it is; Redis has the one other copy, in a script, and the store test kit holds both to it.
 *
 * <p>Rows have names of three parts. The book says what kind of row it is, the section what it is listed, ranked and swept
 * with, the id which one it is; a home says where a divided store keeps it. What ends is kept in sections that are named by
 * its time, so that {@link io.tallygate.ledger.LedgerStore#listThrough} finds it and {@link
 * io.tallygate.ledger.LedgerStore#sweep} deletes it.
 *
 * <p>A {@link io.tallygate.ledger.Document} is bytes with a version. Who reads one and then decides puts the next with the
 * version that it read, and reads again when another was faster.
 *
 * <p>What others are to hear of changes of numbers a store can record, as {@link io.tallygate.ledger.Recording} says: {@link
 * io.tallygate.ledger.Fact}s, in rows of its {@link io.tallygate.ledger.Outbox}, written in the flush's own atomic step.
 */
@NullMarked
package io.tallygate.ledger;

import org.jspecify.annotations.NullMarked;
