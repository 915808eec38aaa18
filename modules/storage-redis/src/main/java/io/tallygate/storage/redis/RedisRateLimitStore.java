package io.tallygate.storage.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.CommandArgs;
import io.tallygate.kernel.Dependency;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.LimitStoreFullException;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Rate limits in Redis: a request is one run of {@code limits.lua}, at the server's time. Thread-safe. Requests that wait at
 * one time are sent together, and none has a thread of its own; one to a server that is silent fails when the connection is
 * closed for that, after one to two of the connection's time-outs.
 */
final class RedisRateLimitStore implements RateLimitStore, Dependency {

    private static final byte[] NO_LEASE = {};
    /** Errors that tell of no room: the server's own, and the script's. */
    private static final List<String> FULL = List.of("OOM command not allowed", "FULL ");

    private final RedisLink link;
    private final LimitNames names;
    private final LimitTime time;
    private final Instances instances;
    private final LuaScript script = new LuaScript("limits.lua");
    private final SecureRandom random = new SecureRandom();

    private RedisRateLimitStore(RedisLink link, LimitNames names, LimitTime time, Duration heartbeat) {
        this.link = link;
        this.names = names;
        this.time = time;
        this.instances = new Instances(link, names, heartbeat);
    }

    /**
     * Connects, and checks that the server fits the settings.
     *
     * @param heartbeat how often this process says that it is there; never when it is 0
     * @throws IllegalArgumentException naming the setting that does not fit, or {@code tallygate.redis.uri} when the
     *                                  server does not answer
     */
    static RedisRateLimitStore open(RedisSettings settings, LongSupplier ticker, LimitTime time, Duration heartbeat) {
        return RedisLink.use(settings, () -> RedisLink.openForMany(settings, ticker), link -> {
            new StartCheck(link).checkServer(settings);
            var store = new RedisRateLimitStore(link, new LimitNames(settings.keyPrefix()), time, heartbeat);
            link.await(store.script.load(link.commands()), link.deadline());
            return store;
        });
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public void ping() {
        link.await(link.commands().ping(), link.deadline());
    }

    @Override
    public Precision precision() {
        return Precision.REDIS;
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        var question = new LimitQuestion(request, names, request.leased() ? leaseName() : NO_LEASE);
        return asked(() -> script.send(link.commands(), question.keys(), args -> question.addTo(args, time)))
                .thenApply(question::decision);
    }

    private byte[] leaseName() {
        var name = new byte[LeaseTicket.NAME_BYTES];
        random.nextBytes(name);
        return name;
    }

    @Override
    public CompletionStage<Void> reset(List<LimitKey> keys) {
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<String> names = new ArrayList<>(2 * keys.size());
        for (LimitKey key : keys) {
            String name = this.names.name(LimitNames.domain(key.domain()), LimitNames.state(key));
            names.add(name);
            names.add(LimitNames.leases(name));
        }
        return asked(() -> link.commands().unlink(names.toArray(String[]::new))).thenApply(_ -> null);
    }

    @Override
    public CompletionStage<Optional<Instant>> renew(String leaseId) {
        return LeaseTicket.decoded(leaseId).map(ticket -> change("renew", ticket).thenApply(answer -> answer
                .getFirst() < 0
                        ? Optional.<Instant>empty()
                        : Optional.of(Instant.EPOCH.plus(answer.getFirst(), ChronoUnit.MICROS))))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    @Override
    public CompletionStage<Void> release(String leaseId) {
        return LeaseTicket.decoded(leaseId).map(ticket -> change("release", ticket).<Void>thenApply(_ -> null))
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<List<Long>> change(String what, LeaseTicket ticket) {
        List<String> keys = new ArrayList<>(2 * ticket.held().size());
        for (LeaseTicket.Held held : ticket.held()) {
            String name = names.name(ticket.domain(), held.state());
            keys.add(name);
            keys.add(LimitNames.leases(name));
        }
        return asked(() -> script.send(link.commands(), keys, args -> addTo(args, what, ticket)));
    }

    private void addTo(CommandArgs<String, String> args, String what, LeaseTicket ticket) {
        args.add(what).add(time.server().get()).add(time.keptLonger().toMillis());
        args.add(LimitNames.encoded(ticket.name()));
        ticket.held().forEach(held -> args.add(held.permits()));
    }

    /** The answer to a call; a node of a cluster that cannot be reached is told of at once. */
    static <T> CompletableFuture<T> asked(Supplier<? extends CompletionStage<T>> call) {
        try {
            return call.get().toCompletableFuture()
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(failure(failure)));
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(failure(e));
        }
    }

    private static RuntimeException failure(Throwable failure) {
        Throwable cause = StageFailures.cause(failure);
        String message = String.valueOf(cause.getMessage());
        return FULL.stream().anyMatch(message::contains)
                ? new LimitStoreFullException("Redis: " + message)
                : new StoreUnavailableException("Redis: " + message, cause);
    }

    @Override
    public int instances() {
        return instances.count();
    }

    @Override
    public void close() {
        instances.close();
        link.close();
    }
}
