/**
 * Connections to the services: which instances there are, how calls are spread over them, and a pool of channels.
 *
 * <p>One {@link Channels} serves one service. Its instances come from a fixed list or from Consul; every channel of the
 * pool gets the same list and balances by gRPC's own policies, or by static weights with one of ours. Reads are retried
 * by gRPC, writes never: their callers repeat them by number.
 */
@NullMarked
package io.tallygate.grpc.client.connect;

import org.jspecify.annotations.NullMarked;
