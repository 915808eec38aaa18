/** Counters over gRPC, tested against real servers of this process. */
@org.jspecify.annotations.NullMarked
package io.tallygate.grpc.client;
