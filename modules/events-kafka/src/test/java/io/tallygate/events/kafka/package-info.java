/** Tests of the log on Kafka, on a real broker. */
@NullMarked
package io.tallygate.events.kafka;

import org.jspecify.annotations.NullMarked;
