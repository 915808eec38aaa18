/** What else one consumes events from Kafka with, to measure against, and the topic that all of them consume. */
@NullMarked
package io.tallygate.peer.events;

import org.jspecify.annotations.NullMarked;
