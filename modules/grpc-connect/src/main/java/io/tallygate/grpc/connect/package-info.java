/**
 * Connections to services: which instances there are, how calls are spread over them, and a pool of channels. What the
 * services are for is known to those who call them.
 *
 * <p>Whoever calls a service declares it by a bean of {@link RemoteService} that has its name, such as {@code counter};
 * then there are {@link Channels}, {@link ServiceSettings} and circuit breakers of that name. Services share nothing, so
 * that one which is away takes no other with it.
 *
 * <p>One {@link Channels} serves one service. Its instances come from a fixed list or from Consul; every channel of the
 * pool gets the same list and balances by gRPC's own policies, or by static weights or by latency with one of ours. Reads
 * are retried by gRPC, writes never: their callers repeat them by number, on a {@link Detour} around the instance that
 * gave no answer.
 *
 * <p><b>A circuit breaker</b> stands before each instance. While it is open, the balancing leaves the instance out. It
 * opens by the share of failed calls, and while another instance takes calls, at the first call that is not answered in
 * time: an instance that hangs holds each caller up once, and the repetition of a call goes elsewhere in any case. A call
 * that is let through to try costs a time-out, too, so the pauses between tries double, to 10 s. While all are open
 * nothing is sent, and callers wait as for any other outage.
 *
 * <p><b>Heartbeats</b> ask every instance's health service four times in the time that a call may take. An instance whose
 * process stands still is left out before a call is sent to it, and no call is spent on trying it before it answers again.
 * They say nothing about an instance that answers them and hangs otherwise; its calls do.
 *
 * <p>Consul is followed with the JDK's HTTP client and not with {@code micronaut-discovery-client} 4.7, which asks for
 * healthy services without an index and so cannot wait for a change (it does so for keys and values alone), and drops
 * from the answer the weights and the header that has the next index. Asking again and again, an instance that leaves
 * would still be called for as long as a turn takes.
 */
@NullMarked
package io.tallygate.grpc.connect;

import org.jspecify.annotations.NullMarked;
