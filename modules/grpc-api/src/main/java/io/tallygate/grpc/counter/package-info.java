/**
 * Counters and leaderboards over gRPC: the domain's endpoints, and what is between their messages and its types.
 *
 * <p><b>Streams.</b> {@link io.tallygate.grpc.counter.IncrementStream} asks for one more frame when one was acknowledged and
 * the client takes what was sent to it, so that what a stream holds is bounded by its frames in flight in both directions.
 */
@NullMarked
package io.tallygate.grpc.counter;

import org.jspecify.annotations.NullMarked;
