/**
 * The log of events on Apache Kafka. {@link io.tallygate.events.kafka.KafkaLog} is the port's implementation: a producer that
 * waits for all replicas, behind a {@link io.tallygate.events.kafka.Sender} for each topic so that nobody who appends is
 * blocked, and a {@link io.tallygate.events.kafka.KafkaSubscription} for each topic and group.
 *
 * <p>Kafka keeps the events and shares partitions out. How far a group is stands on the ledger, beside the effects, and what
 * Kafka is told about it is for other tools: so offsets that Kafka has lost, or that somebody has set back, count nothing twice.
 *
 * <p>{@link io.tallygate.events.kafka.Records} reads and writes records as CloudEvents' binding says, and {@link
 * io.tallygate.events.kafka.DeadLetterRecords} the copies of dead letters.
 */
@NullMarked
package io.tallygate.events.kafka;

import org.jspecify.annotations.NullMarked;
