package io.tallygate.contract;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.tallygate.ratelimit.v1.CheckRequest;
import io.tallygate.ratelimit.v1.CheckResponse;
import io.tallygate.ratelimit.v1.Descriptor;
import io.tallygate.ratelimit.v1.Entry;
import io.tallygate.ratelimit.v1.InfoRequest;
import io.tallygate.ratelimit.v1.InfoResponse;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc.RateLimitServiceBlockingStub;
import io.tallygate.ratelimit.v1.ReleaseRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A rate limit service without a gateway, asked over gRPC as it is. Calls are safe for use by several threads. */
final class RateLimitProcess implements AutoCloseable {

    /** No answer may take longer: whoever waits for one that long is as good as hanging. */
    private static final long ANSWER_SECONDS_MAX = 20;

    private final JarProcess program = new JarProcess(Deployments.root().resolve(SplitDeployment.RATELIMIT_JAR));
    private final ManagedChannel channel;
    private final Api operations;

    /**
     * Starts it and returns at once.
     *
     * @param rules    the directory of its rules
     * @param settings beside those
     */
    RateLimitProcess(Path rules, Map<String, String> settings) {
        int port = FreePorts.next();
        int operationsPort = FreePorts.next();
        // It lives for seconds.
        program.launch(Launch.defaults().grpcPort(port).dataDir(program.dataDir())
                .with("TALLYGATE_GRPC_OPERATIONS_PORT", Integer.toString(operationsPort))
                .with("TALLYGATE_RATELIMIT_RULES", rules.toString()).with(settings)
                .with("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1").environment());
        this.operations = new Api(URI.create("http://127.0.0.1:" + operationsPort));
        this.channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    void awaitReady() {
        if (!Await.within(Launch.START_DEADLINE, () -> isServing() || !program.isRunning()) || !program.isRunning()) {
            throw new AssertionError(program.obituary().orElse("not ready within " + Launch.START_DEADLINE)
                    + "; its log ends:\n" + program.logTail());
        }
    }

    private boolean isServing() {
        channel.resetConnectBackoff();
        try {
            return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance()).getStatus() == ServingStatus.SERVING;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private RateLimitServiceBlockingStub stub() {
        return RateLimitServiceGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    }

    /** One hit of one key. */
    CheckResponse check(String domain, String key, String value) {
        return stub().check(CheckRequest.newBuilder().setDomain(domain)
                .addDescriptors(Descriptor.newBuilder().addEntries(entry(key, value))).build());
    }

    InfoResponse info(String domain, String key, String value) {
        return stub().info(InfoRequest.newBuilder().setDomain(domain).addEntries(entry(key, value)).build());
    }

    void release(String lease) {
        var _ = stub().release(ReleaseRequest.newBuilder().setLeaseId(lease).build());
    }

    private static Entry entry(String key, String value) {
        return Entry.newBuilder().setKey(key).setValue(value).build();
    }

    /** Where it tells its health and metrics, over HTTP. */
    Api operations() {
        return operations;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        program.close();
    }
}
