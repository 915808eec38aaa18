/** A peer to measure against: rate limits by bucket4j, whose buckets are in Redis. */
@NullMarked
package io.tallygate.peer.bucket4j;

import org.jspecify.annotations.NullMarked;
