package io.tallygate.grpc.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc.RateLimitServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.tallygate.grpc.TestServer;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.rules.RuleAdmin;
import io.tallygate.ratelimit.rules.RuleBook;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real server with rules that a test writes, and limits in memory. */
final class LimitServer implements AutoCloseable {

    private final TestServer server;

    LimitServer() {
        this(Map.of());
    }

    LimitServer(Map<String, Object> settings) {
        this.server = new TestServer(settings);
    }

    LimitServer(RateLimitStore store) {
        this(Map.of(), store);
    }

    LimitServer(Map<String, Object> settings, RateLimitStore store) {
        this.server = new TestServer(settings, new OracleStore(new OracleStore.Data()),
                context -> context.registerSingleton(RateLimitStore.class, store));
    }

    /** Settings of tokens that are called as their one scope, with secrets such as {@code write-secret}. */
    static Map<String, Object> tokens(String... scopes) {
        var settings = new HashMap<String, Object>();
        for (String scope : scopes) {
            settings.put("tallygate.tokens." + scope + ".sha256", sha256(scope + "-secret"));
            settings.put("tallygate.tokens." + scope + ".scopes", scope);
        }
        return settings;
    }

    private static String sha256(String secret) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds a token to calls. */
    static ClientInterceptor token(String secret) {
        var metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + secret);
        return MetadataUtils.newAttachHeadersInterceptor(metadata);
    }

    /** Puts rules of a domain into effect. */
    void rules(String domain, String text) {
        bean(RuleAdmin.class).put(domain, text.getBytes(StandardCharsets.UTF_8), null).toCompletableFuture().join();
    }

    RuleBook book() {
        return server.context.getBean(RuleBook.class);
    }

    <T> T bean(Class<T> type) {
        return server.context.getBean(type);
    }

    TestServer server() {
        return server;
    }

    Channel channel() {
        return server.channel;
    }

    io.tallygate.ratelimit.v1.RateLimitServiceGrpc.RateLimitServiceBlockingStub stub() {
        return io.tallygate.ratelimit.v1.RateLimitServiceGrpc.newBlockingStub(channel())
                .withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    RateLimitServiceBlockingStub envoy() {
        return envoy(channel());
    }

    static RateLimitServiceBlockingStub envoy(Channel channel) {
        return RateLimitServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        server.close();
    }
}
