package io.tallygate.grpc.connect;

import com.google.protobuf.Int64Value;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC server on a free port that counts calls and connections. */
final class Server implements AutoCloseable {

    static final RemoteService SERVICE = new RemoteService(PortStub.SERVICE, List.of(PortStub.READ));

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger failuresToCome = new AtomicInteger();
    final Queue<Metadata> headers = new ConcurrentLinkedQueue<>();
    volatile long delayMillis;
    /** What it says of itself in front of its answers. */
    volatile List<String> notes = List.of();
    private final HealthStatusManager health = new HealthStatusManager();
    private final io.grpc.Server server;
    private final int port;

    Server() {
        this(0);
    }

    /** @param listening on this port; 0 takes any free one */
    Server(int listening) {
        serving(true);
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening))
                    .permitKeepAliveTime(5, TimeUnit.SECONDS).permitKeepAliveWithoutCalls(true)
                    .addService(health.getHealthService()).addService(counting())
                    .intercept(new ServerInterceptor() {
                        @Override
                        public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata sent,
                                ServerCallHandler<Q, A> next) {
                            headers.add(sent);
                            return Contexts.interceptCall(Context.current(), noting(call), sent, next);
                        }
                    })
                    .addTransportFilter(new ServerTransportFilter() {
                        @Override
                        public Attributes transportReady(Attributes attributes) {
                            connections.incrementAndGet();
                            return attributes;
                        }

                        @Override
                        public void transportTerminated(Attributes attributes) {
                            connections.decrementAndGet();
                        }
                    }).build().start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        port = server.getPort();
    }

    private <Q, A> ServerCall<Q, A> noting(ServerCall<Q, A> call) {
        return new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata sent) {
                notes.forEach(note -> sent.put(Beat.NOTE, note.getBytes(StandardCharsets.UTF_8)));
                super.sendHeaders(sent);
            }
        };
    }

    Instance instance() {
        return new Instance("127.0.0.1", port, 1);
    }

    void serving(boolean serving) {
        health.setStatus(PortStub.SERVICE, serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    /** Lets calls in flight end. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
                server.shutdownNow().awaitTermination();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private ServerServiceDefinition counting() {
        return ServerServiceDefinition.builder(PortStub.SERVICE)
                .addMethod(PortStub.READ, ServerCalls.asyncUnaryCall((_, observer) -> answer(observer)))
                .addMethod(PortStub.WRITE, ServerCalls.asyncUnaryCall((_, observer) -> answer(observer))).build();
    }

    private void answer(StreamObserver<Int64Value> answer) {
        calls.incrementAndGet();
        try {
            Thread.sleep(delayMillis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            answer.onError(Status.UNAVAILABLE.asRuntimeException());
        } else {
            answer.onNext(Int64Value.of(port));
            answer.onCompleted();
        }
    }
}
