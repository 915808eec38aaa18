package io.tallygate.grpc.connect;

import io.grpc.CallOptions;
import io.grpc.LoadBalancer.PickDetailsConsumer;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Set;

/** A call for which an instance is picked again, because those picked so far are refused. */
final class Repick extends PickSubchannelArgs {

    private static final CallOptions.Key<Set<InstanceGuard>> REFUSED = CallOptions.Key
            .createWithDefault("tallygate-refused", Set.of());

    private final PickSubchannelArgs call;
    private final CallOptions options;
    private final Metadata headers;

    /** @param refused the instances picked before */
    Repick(PickSubchannelArgs call, Set<InstanceGuard> refused, int turn) {
        this.call = call;
        this.options = call.getCallOptions().withOption(REFUSED, refused);
        this.headers = elsewhere(call.getHeaders(), turn);
    }

    /** The instances that this call was refused at; a policy that would pick the same one again leaves them out. */
    static Set<InstanceGuard> refused(PickSubchannelArgs args) {
        return args.getCallOptions().getOption(REFUSED);
    }

    /** With another place on the ring of hashes, the same for all calls of the key. */
    private static Metadata elsewhere(Metadata headers, int turn) {
        String key = headers.get(ConsistentHashProvider.KEY);
        if (key == null) {
            return headers;
        }
        var moved = new Metadata();
        moved.merge(headers);
        moved.discardAll(ConsistentHashProvider.KEY);
        moved.put(ConsistentHashProvider.KEY, key + '/' + turn);
        return moved;
    }

    @Override
    public CallOptions getCallOptions() {
        return options;
    }

    @Override
    public Metadata getHeaders() {
        return headers;
    }

    @Override
    public MethodDescriptor<?, ?> getMethodDescriptor() {
        return call.getMethodDescriptor();
    }

    @Override
    public PickDetailsConsumer getPickDetailsConsumer() {
        return call.getPickDetailsConsumer();
    }
}
