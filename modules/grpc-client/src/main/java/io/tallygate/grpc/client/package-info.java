/**
 * Counters of another process, over gRPC: the port that a gateway serves.
 *
 * <p><b>Writes</b> go over lanes. A lane is a writer as any other: what waits while its call is on the way shares the
 * next one, folded by counter, and a call without an answer is repeated with its number until it has one, to whichever
 * instance the balancing chooses. The service applies a number once. So nothing is counted twice, and a service that is
 * away for a moment costs its callers time, not an error, while their own time-out has not passed.
 *
 * <p><b>Reads</b> share calls in the same way. Leaderboards of windows are asked of every instance, because each knows
 * what it committed itself, and added up.
 *
 * <p><b>A circuit breaker</b> stands before each instance. While it is open, the balancing leaves the instance out. It
 * opens by the share of failed calls, and while another instance takes calls, at the first call that is not answered in
 * time: an instance that hangs holds each lane up once, and the repetition of a call goes elsewhere in any case. A call
 * that is let through to try costs a time-out, too, so the pauses between tries double, to 10 s. While all are open
 * nothing is sent, and writers wait as for any other outage.
 *
 * <p><b>Heartbeats</b> ask every instance's health service four times in the time that a call may take. An instance whose
 * process stands still is left out before a call is sent to it, no call is spent on trying it before it answers again,
 * and while none answers the gateway is not ready. They say nothing about an instance that answers them and hangs
 * otherwise; its calls do. A leaderboard of a window needs each instance's share, so it fails while one does not answer.
 *
 * <p><b>Streams.</b> {@link io.tallygate.grpc.client.IncrementSession} is for other programs that write: it needs a
 * channel and nothing else of this module.
 */
@NullMarked
package io.tallygate.grpc.client;

import org.jspecify.annotations.NullMarked;
