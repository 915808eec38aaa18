/**
 * The ledger, and rate limits, on Redis (6.2 or newer) and Redis Cluster.
 *
 * <p><b>Data.</b> A row lives in one of a fixed number of partitions, by its home; that of a counter is the CRC-32 of its type,
 * a zero byte and its resource. All keys of partition 3 begin with the hash tag <code>{tallygate:3}</code>, so they share a slot
 * and one script may touch them all: a hash for each section of a book, the records of keyed requests, and a guard for each
 * writer, which holds the writer's last flush number and this partition's answer to it. A document's field is its version, a
 * space and its bytes.
 *
 * <p><b>Lists.</b> Each book but that of counters has a sorted set of its sections in each partition, and each section of
 * documents one of its ids; all scores are 0, so that the order is that of bytes. {@code flush.lua} keeps them with the rows,
 * undoing included: a section is listed as long as it has rows. It asks for a section's score once a run, before it writes, and
 * adds a section that is new; plain increments of counters take no command for it. Sections of numbers have no set of ids,
 * because they are the large ones: to list or rank one is to scan its hash. A sweep deletes by flushes of its own.
 *
 * <p><b>A flush</b> is one run of {@code flush.lua} in each partition that it touches, all sent before the first reply is
 * awaited. One partition (the default) makes a flush atomic for readers too; with several each partition's part is
 * atomic, and a flush that was cut off in between is completed by its repetition, because a partition whose guard knows
 * the number answers again what it answered first. A part of an older flush that arrives late is refused by the guard.
 *
 * <p><b>Keyed requests</b> with several partitions take two steps. The partition of the request's own id first records
 * the claim: fingerprint, instant, and which partition each change is for. Another fingerprint is found there, before
 * any effect. Then each partition records its outcomes in the same script as the effect, under the claim's instant, by
 * which records of an expired claim are told apart. A crash in between is harmless: the repetition finds its own claim.
 *
 * <p><b>Durability</b> is that of the server: its {@code appendfsync} and replication settings.
 *
 * <p><b>Rate limits</b> are counted over a connection of their own, and share nothing with the ledger but the server and the
 * prefix of keys. A request is one run of {@code limits.lua}, which has a copy of the rules that the module
 * {@code ratelimit} states. All keys of a domain begin with one hash tag. The classes for it are at work only in programs that
 * have that module.
 */
@NullMarked
package io.tallygate.storage.redis;

import org.jspecify.annotations.NullMarked;
