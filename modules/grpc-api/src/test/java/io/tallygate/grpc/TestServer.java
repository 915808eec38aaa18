package io.tallygate.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.tallygate.counter.v1.CounterKey;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.CounterServiceGrpc.CounterServiceBlockingStub;
import io.tallygate.counter.v1.GetRequest;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.counter.v1.Operation;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A real server on a free port of the loopback interface, over real counters, and the books of {@link TestRows}, on a store that is a model. */
public final class TestServer implements AutoCloseable {

    public final ApplicationContext context;
    public final GrpcEmbeddedServer server;
    public final Channel channel;
    private final List<ManagedChannel> channels = new ArrayList<>();

    public TestServer() {
        this(Map.of(), new OracleStore(new OracleStore.Data()));
    }

    public TestServer(Map<String, Object> settings) {
        this(settings, new OracleStore(new OracleStore.Data()));
    }

    public TestServer(Map<String, Object> settings, LedgerStore store) {
        this(settings, store, context -> {});
    }

    /** @param before adds beans to the context */
    public TestServer(Map<String, Object> settings, LedgerStore store, Consumer<ApplicationContext> before) {
        var all = new HashMap<String, Object>(settings);
        all.putIfAbsent("tallygate.grpc.port", "0");
        all.putIfAbsent("tallygate.data-dir", directory().toString());
        context = ApplicationContext.builder().deduceEnvironment(false).banner(false).properties(all).build();
        context.registerSingleton(LedgerStore.class, store);
        Stream.of(TestRows.OTHERS, TestRows.PAPERS)
                .forEach(book -> context.registerSingleton(Book.class, book, Qualifiers.byName(book.name())));
        before.accept(context);
        try {
            context.start();
            server = context.getBean(GrpcEmbeddedServer.class);
            server.start();
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
        channel = newChannel(port());
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "data")), "test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getPort();
    }

    /** A connection of its own to a port of this machine. */
    public ManagedChannel newChannel(int port) {
        ManagedChannel opened = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        channels.add(opened);
        return opened;
    }

    public CounterServiceBlockingStub stub() {
        return CounterServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    public static CounterKey key(String resourceId) {
        return CounterKey.newBuilder().setResourceId(resourceId).setCounterType("likes").build();
    }

    public static Operation.Builder operation(String resourceId, long delta) {
        return Operation.newBuilder().setCounter(key(resourceId)).setDelta(delta);
    }

    public long increment(String resourceId, long delta) {
        return stub().increment(IncrementRequest.newBuilder().setOperation(operation(resourceId, delta)).build())
                .getValue();
    }

    public long value(String resourceId) {
        return stub().get(GetRequest.newBuilder().setCounter(key(resourceId))
                .setConsistency(io.tallygate.counter.v1.Consistency.CONSISTENCY_STRONG).build())
                .getReading().getValue();
    }

    /** One detail of an error. */
    public static <T extends Message> Optional<T> detail(StatusRuntimeException failure, Class<T> type) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status != null) {
            for (Any any : status.getDetailsList()) {
                if (any.is(type)) {
                    try {
                        return Optional.of(any.unpack(type));
                    } catch (InvalidProtocolBufferException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Lets all calls end, as a stop does at first. */
    public void drain() {
        context.getBean(GrpcDrain.class).drain();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        context.close();
    }
}
