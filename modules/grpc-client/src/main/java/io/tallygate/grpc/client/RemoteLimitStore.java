package io.tallygate.grpc.client;

import io.grpc.Channel;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.v1.EndLeaseRequest;
import io.tallygate.ratelimit.v1.ForgetRequest;
import io.tallygate.ratelimit.v1.LimitResult;
import io.tallygate.ratelimit.v1.LimitStoreServiceGrpc;
import io.tallygate.ratelimit.v1.LimitStoreServiceGrpc.LimitStoreServiceFutureStub;
import io.tallygate.ratelimit.v1.RenewLeaseRequest;
import io.tallygate.ratelimit.v1.TakeRequest;
import io.tallygate.ratelimit.v1.TakeResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A store of limits in another process. What is asked while calls are on their way shares the next one. Nothing that counts
 * is repeated: a call without an answer may have counted.
 */
final class RemoteLimitStore implements RateLimitStore {

    private static final String SERVICE = RateLimitClientFactory.SERVICE;

    /** What the service says of a request, and how exactly it counts. */
    private record Taken(LimitResult result, Precision precision) {}

    private final Supplier<Channel> channel;
    private final Precision precision;
    private final Duration timeout;
    private final SharedCalls<RateLimitRequest, Taken> takes;
    private final long gateway = ThreadLocalRandom.current().nextLong();
    private volatile int gateways = 1;

    /**
     * A store behind channels, which whoever made them closes.
     *
     * @param precision what limits are made with here; the service counts by its own, which is no coarser
     * @param callsMax  how many calls may be on their way
     * @param timeout   how long a request may wait for its call, and a call for its answer
     */
    RemoteLimitStore(Supplier<Channel> channel, Precision precision, int callsMax, Duration timeout) {
        this.channel = channel;
        this.precision = precision;
        this.timeout = timeout;
        this.takes = new SharedCalls<>(this::takeAll, callsMax, timeout, System::nanoTime);
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        return takes.ask(request)
                .thenApply(taken -> LimitMessages.decision(request, taken.result, taken.precision));
    }

    private CompletionStage<List<Taken>> takeAll(List<RateLimitRequest> requests) {
        var message = TakeRequest.newBuilder().setGateway(gateway);
        requests.forEach(request -> message.addRequests(LimitMessages.request(request)));
        return Calls.completable(SERVICE, stub().take(message.build())).thenApply(this::taken);
    }

    private List<Taken> taken(TakeResponse response) {
        gateways = Math.max(1, response.getGateways());
        Precision counted = LimitMessages.precision(response.getPrecision());
        return response.getResultsList().stream().map(result -> new Taken(result, counted)).toList();
    }

    private LimitStoreServiceFutureStub stub() {
        return LimitStoreServiceGrpc.newFutureStub(channel.get())
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public CompletionStage<Void> reset(List<LimitKey> keys) {
        return Calls.completable(SERVICE, stub().forget(
                ForgetRequest.newBuilder().addAllKeys(keys.stream().map(LimitMessages::key).toList()).build()))
                .thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<Optional<Instant>> renew(String leaseId) {
        return Calls.completable(SERVICE,
                stub().renewLease(RenewLeaseRequest.newBuilder().setLeaseId(leaseId).build()))
                .thenApply(response -> response.hasExpiresAt()
                        ? Optional.of(LimitMessages.instant(response.getExpiresAt()))
                        : Optional.empty());
    }

    @Override
    public CompletionStage<Void> release(String leaseId) {
        return Calls.completable(SERVICE, stub().endLease(EndLeaseRequest.newBuilder().setLeaseId(leaseId).build()))
                .thenAccept(_ -> {});
    }

    /** As many as have asked the service of late. */
    @Override
    public int instances() {
        return gateways;
    }

    @Override
    public void close() {}
}
