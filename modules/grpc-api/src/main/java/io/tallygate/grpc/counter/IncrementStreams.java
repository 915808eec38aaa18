package io.tallygate.grpc.counter;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.counter.v1.StreamIncrementsRequest;
import io.tallygate.counter.v1.StreamIncrementsResponse;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.ItemLimits;
import io.tallygate.grpc.OpenStreams;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.ledger.LedgerPeer;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The streams of increments that are open, at most one of each session, and not too many. Thread-safe. */
@Singleton
@Requires(beans = LedgerPeer.class)
final class IncrementStreams implements OpenStreams {

    private final LedgerPeer peer;
    private final int streamsMax;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<IncrementStream> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, IncrementStream> bySession = new ConcurrentHashMap<>();
    private volatile boolean draining;

    IncrementStreams(LedgerPeer peer, PropertyResolver properties) {
        this.peer = peer;
        this.streamsMax = StreamSettingGroup.STREAMS_MAX.in(name -> properties.getProperty(name, String.class));
    }

    /** Takes a stream, or ends it at once. */
    StreamObserver<StreamIncrementsRequest> open(ServerCallStreamObserver<StreamIncrementsResponse> out,
            String caller, @Nullable String requestId) {
        var stream = new IncrementStream(this, peer, ItemLimits.ofThisCall(), out, caller, requestId);
        if (count.incrementAndGet() > streamsMax) {
            count.decrementAndGet();
            stream.refuse(Failure.temporary(GeneralProblem.OVERLOADED,
                    "this process has its limit of " + streamsMax + " streams; nothing was changed"));
            return stream;
        }
        open.add(stream);
        stream.begin();
        if (draining) {
            stream.drain();
        }
        return stream;
    }

    @Override
    public boolean isAnyOpen() {
        return !open.isEmpty();
    }

    @Override
    public void drain() {
        draining = true;
        open.forEach(IncrementStream::drain);
    }

    /**
     * Gives a session to a stream. One that had it is ended.
     *
     * @return completes when nothing of the session's is on its way to the store any more
     */
    CompletableFuture<Void> take(String session, IncrementStream stream) {
        IncrementStream before = bySession.put(session, stream);
        return before == null ? CompletableFuture.completedFuture(null) : before.giveUp();
    }

    /** A stream has ended, and nothing of its session's is on its way to the store on its account. */
    void gone(IncrementStream stream, @Nullable String session) {
        if (session != null) {
            bySession.remove(session, stream);
        }
        if (open.remove(stream)) {
            count.decrementAndGet();
        }
    }
}
