/**
 * Counters on Redis (6.2 or newer) and Redis Cluster.
 *
 * <p><b>Data.</b> A counter lives in one of a fixed number of partitions, by the CRC-32 of its type, a zero byte and its
 * resource. All keys of partition 3 begin with the hash tag <code>{tallygate:3}</code>, so they share a slot and one
 * script may touch them all: a hash of values for each counter type, the records of keyed requests, and a guard for each
 * writer, which holds the writer's last flush number and this partition's answer to it.
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
 */
@NullMarked
package io.tallygate.storage.redis;

import org.jspecify.annotations.NullMarked;
