/**
 * The gRPC API: thin endpoints over the ports of the domains, beside the HTTP API and with the same meaning. The contract
 * is in the {@code .proto} files.
 *
 * <p><b>Threads.</b> Endpoints run on the event loop of their connection: every port is asynchronous, so nothing here
 * waits. Answers are sent by whichever thread completes the port's stage.
 *
 * <p><b>Streams.</b> {@link io.tallygate.grpc.IncrementStream} asks for one more frame when one was acknowledged and the
 * client takes what was sent to it, so that what a stream holds is bounded by its frames in flight in both directions.
 */
@NullMarked
package io.tallygate.grpc;

import org.jspecify.annotations.NullMarked;
