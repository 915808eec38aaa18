package io.tallygate.grpc.connect;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a discovery's instances to one channel. */
final class InstanceResolver extends NameResolver {

    static final String SCHEME = "tallygate";
    static final Attributes.Key<Integer> WEIGHT = Attributes.Key.create("tallygate-weight");

    private final Discovery discovery;
    private final InstanceBreakers breakers;
    private final UnknownHosts unknownHosts;
    private final SynchronizationContext context;
    private final Executor offload;
    private @Nullable Listener2 listener;
    private @Nullable AutoCloseable subscription;

    private InstanceResolver(Discovery discovery, InstanceBreakers breakers, UnknownHosts unknownHosts, Args args) {
        this.discovery = discovery;
        this.breakers = breakers;
        this.unknownHosts = unknownHosts;
        this.context = args.getSynchronizationContext();
        this.offload = Objects.requireNonNull(args.getOffloadExecutor());
    }

    @Override
    public String getServiceAuthority() {
        return "tallygate";
    }

    @Override
    public void start(Listener2 listener) {
        this.listener = listener;
        subscription = discovery.onChange(this::publish);
        publish();
    }

    @Override
    public void refresh() {
        discovery.refresh();
        publish();
    }

    @Override
    public void shutdown() {
        listener = null;
        if (subscription != null) {
            try {
                subscription.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Looks names up off the channel's context, because that may wait; a list that is old by then is dropped. */
    private void publish() {
        offload.execute(() -> {
            List<Instance> instances = discovery.current();
            Status status = discovery.status();
            StatusOr<List<EquivalentAddressGroup>> found = resolve(instances, status);
            context.execute(() -> {
                if (listener != null && instances.equals(discovery.current())
                        && (found.hasValue() || !found.getStatus().isOk())) {
                    listener.onResult2(ResolutionResult.newBuilder().setAddressesOrError(found).build());
                }
            });
        });
    }

    private StatusOr<List<EquivalentAddressGroup>> resolve(List<Instance> instances, Status status) {
        if (instances.isEmpty()) {
            return StatusOr.fromStatus(status.isOk()
                    ? Status.UNAVAILABLE.withDescription("the service has no instance yet")
                    : status);
        }
        // Two names may be one address, which policies do not take twice.
        Map<SocketAddress, EquivalentAddressGroup> groups = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (Instance instance : instances) {
            var address = new InetSocketAddress(instance.host(), instance.port());
            if (address.isUnresolved()) {
                unknown.add(instance.host());
            } else {
                groups.putIfAbsent(address, new EquivalentAddressGroup(address,
                        Attributes.newBuilder().set(WEIGHT, instance.weight())
                                // What its certificate must name, where connections are encrypted.
                                .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, instance.address())
                                .set(InstanceGuard.KEY, breakers.guard(instance)).build()));
            }
        }
        unknownHosts.tell(unknown);
        return groups.isEmpty()
                ? StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("no such host: " + unknown))
                : StatusOr.fromValue(List.copyOf(groups.values()));
    }

    /** Logs which hosts are unknown, once for all channels. Thread-safe. */
    private static final class UnknownHosts {

        private static final Logger LOG = LoggerFactory.getLogger(InstanceResolver.class);

        private final AtomicReference<List<String>> told = new AtomicReference<>(List.of());

        void tell(List<String> unknown) {
            if (!told.getAndSet(unknown).equals(unknown) && !unknown.isEmpty()) {
                LOG.warn("No address is known for {}", unknown);
            }
        }
    }

    /** Makes one for each channel. */
    static final class Factory extends NameResolver.Factory {

        private final Discovery discovery;
        private final InstanceBreakers breakers;
        private final UnknownHosts unknownHosts = new UnknownHosts();

        Factory(Discovery discovery, InstanceBreakers breakers) {
            this.discovery = discovery;
            this.breakers = breakers;
        }

        @Override
        public NameResolver newNameResolver(URI target, Args args) {
            return new InstanceResolver(discovery, breakers, unknownHosts, args);
        }

        @Override
        public String getDefaultScheme() {
            return SCHEME;
        }
    }
}
