package io.tallygate.grpc.client;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.Counters;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.ShutdownShare;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Wires counters to whatever instances there are. */
@Factory
@Requires(beans = Channels.class)
final class GrpcClientFactory {

    private static final int LANES_MAX = 8;

    @Singleton
    @Bean(preDestroy = "close", typed = {Counters.class, CommitGauges.class})
    GrpcCounters counters(Channels channels, CommitSettings commit,
            @Nullable CommitMetrics metrics,
            @Property(name = "tallygate.services.lanes", defaultValue = "0") int lanes,
            @Property(name = "tallygate.services.timeout", defaultValue = "1s") Duration timeout,
            @Property(name = "tallygate.shutdown.timeout", defaultValue = "30s") Duration shutdownTimeout) {
        return new GrpcCounters(channels, new ClientSettings(orByProcessors(lanes), timeout,
                ShutdownShare.of(shutdownTimeout)), commit,
                metrics == null ? CommitMetrics.NONE : metrics, InstantSource.system(), System::nanoTime);
    }

    /** A lane is a thread that shares the processors with the network's; fewer lanes make larger, cheaper calls. */
    private static int orByProcessors(int lanes) {
        return lanes > 0 ? lanes : Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, LANES_MAX);
    }
}
