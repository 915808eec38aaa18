/**
 * Connections to the services: which instances there are, how calls are spread over them, and a pool of channels.
 *
 * <p>One {@link Channels} serves one service. Its instances come from a fixed list or from Consul; every channel of the
 * pool gets the same list and balances by gRPC's own policies, or by static weights or by latency with one of ours. Reads
 * are retried by gRPC, writes never: their callers repeat them by number, on a {@link Detour} around the instance that
 * gave no answer.
 *
 * <p>Consul is followed with the JDK's HTTP client and not with {@code micronaut-discovery-client} 4.7, which asks for
 * healthy services without an index and so cannot wait for a change (it does so for keys and values alone), and drops
 * from the answer the weights and the header that has the next index. Asking again and again, an instance that leaves
 * would still be called for as long as a turn takes.
 */
@NullMarked
package io.tallygate.grpc.client.connect;

import org.jspecify.annotations.NullMarked;
