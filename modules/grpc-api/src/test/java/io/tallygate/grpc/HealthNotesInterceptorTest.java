package io.tallygate.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import io.micronaut.context.annotation.Requires;
import io.tallygate.kernel.HealthNotes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HealthNotesInterceptorTest {

    private final TestServer server = new TestServer(Map.of("test.notes", "true"));
    private final Told told = server.context.getBean(Told.class);

    @Singleton
    @Requires(property = "test.notes")
    static final class Told implements HealthNotes {

        private volatile List<String> notes = List.of();

        @Override
        public List<String> notes() {
            return notes;
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    private List<String> told() {
        var headers = new AtomicReference<@Nullable Metadata>();
        var _ = HealthGrpc.newBlockingStub(ClientInterceptors.intercept(server.channel,
                MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>())))
                .withDeadlineAfter(20, TimeUnit.SECONDS).check(HealthCheckRequest.getDefaultInstance());
        var found = new ArrayList<String>();
        Iterable<byte[]> sent = Objects.requireNonNull(headers.get()).getAll(HealthNotesInterceptor.NOTE);
        if (sent != null) {
            sent.forEach(note -> found.add(new String(note, StandardCharsets.UTF_8)));
        }
        return found;
    }

    @Test
    void check_always_isAnsweredWithTheNotesOfTheMoment() {
        assertThat(told()).isEmpty();
        told.notes = List.of("the file Käfer.yaml is wrong", "a, b");
        assertThat(told()).isEqualTo(told.notes);
    }

    @Test
    void check_withMoreNotesThanHeadersTake_tellsTheFirst() {
        told.notes = List.of("a".repeat(HealthNotesInterceptor.BYTES_MAX - 1), "b", "c");
        assertThat(told()).isEqualTo(told.notes.subList(0, 2));
    }
}
