/**
 * Ports of other processes, over gRPC: what a gateway serves.
 *
 * <p><b>The ledger.</b> A domain that runs in the gateway has its rows in a service: {@link
 * io.tallygate.grpc.client.RemoteLedger} is the ledger of one, with the same postings, bounds and answers. Counters use its
 * lanes, and ask their own service for all else; quotas have nothing but the ledger of theirs, and payments nothing but that
 * of the event service. A process with a store of its own, as the event service is, uses these for what it keeps elsewhere:
 * settings that name the service of a domain take the place of that domain's own wiring.
 *
 * <p><b>Writes</b> go over lanes. A lane is a writer as any other: what waits while its call is on the way shares the
 * next one, folded by row, and a call without an answer is repeated with its number until it has one, to whichever
 * instance the balancing chooses. The service applies a number once. So nothing is counted twice, and a service that is
 * away for a moment costs its callers time, not an error, while their own time-out has not passed.
 *
 * <p><b>Reads</b> share calls in the same way. Leaderboards of windows are asked of every instance, because each knows
 * what it committed itself, and added up. So they fail while one instance does not answer.
 *
 * <p><b>Rate limits.</b> A gateway finds the rules of a request itself, and its store of limits is a service: {@link
 * io.tallygate.grpc.client.RemoteLimitStore}. So what a rule says about a store that is away is decided in the gateway.
 *
 * <p><b>Events</b> are appended in the order in which they came, by one call at a time that all share who wait, and that is
 * made again until it is answered: events are known by their ids. Everything about dead letters is a call of its own.
 *
 * <p><b>Streams.</b> {@link io.tallygate.grpc.client.IncrementSession} is for other programs that write: it needs a
 * channel and nothing else of this module.
 */
@NullMarked
package io.tallygate.grpc.client;

import org.jspecify.annotations.NullMarked;
