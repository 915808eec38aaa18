/**
 * What a running deployment tells about itself: metrics, for Prometheus.
 *
 * <p>The framework's timers per request cost 40 % of the throughput, so they are off. What is recorded instead is
 * recorded once a flush ({@link io.tallygate.telemetry.CommitMeters}), read only when it is asked for
 * ({@link io.tallygate.telemetry.CommitGaugeMeters}), or a {@link java.util.concurrent.atomic.LongAdder} a request
 * ({@link io.tallygate.telemetry.RequestCounts}).
 */
@NullMarked
package io.tallygate.telemetry;

import org.jspecify.annotations.NullMarked;
