package io.tallygate.quota;

import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.Sha256;
import io.tallygate.ledger.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What makes a request the same as another one, however it was spelt and over whichever protocol it came. */
final class Request {

    private final @Nullable RequestKey key;
    /** Of a request without a key nothing is kept. */
    private final @Nullable StringBuilder content;

    private Request(@Nullable RequestKey key) {
        this.key = key;
        this.content = key == null ? null : new StringBuilder();
    }

    /**
     * A request with its name.
     *
     * @param id          of the key
     * @param fingerprint of the content
     */
    record Named(String id, String fingerprint) {

        IdempotencyKey key(Duration refusedLife) {
            return new IdempotencyKey(id, fingerprint, IdempotencyKey.LIFE, refusedLife);
        }

        /** Of a posting that asks for the record of the request, and leaves none where there is none. */
        IdempotencyKey question() {
            return new IdempotencyKey(id, fingerprint, Duration.ZERO, Duration.ZERO);
        }
    }

    /**
     * A request for something about a subject.
     *
     * @param key null when a repetition is to count again; then what the request is about is not kept either
     */
    static Request of(@Nullable RequestKey key, String operation, String subject) {
        return new Request(key).with(operation).with(subject);
    }

    Request with(List<Wanted> wanted) {
        if (content != null) {
            wanted.forEach(one -> with(one.quotaType()).with(one.amount().toString()));
        }
        return this;
    }

    /** The length first, so that neighbours cannot run into each other. */
    Request with(String part) {
        if (content != null) {
            content.append(part.length()).append(':').append(part);
        }
        return this;
    }

    /** Null for a request without a key. */
    @Nullable
    Named named() {
        return key == null || content == null
                ? null
                : new Named("q:" + key.caller() + ':' + key.name(),
                        Sha256.base64url(content.toString().getBytes(StandardCharsets.UTF_8)));
    }

    static List<String> quotaTypes(List<Wanted> wanted) {
        return wanted.size() == 1
                ? List.of(wanted.getFirst().quotaType())
                : Stream.of(wanted).flatMap(List::stream).map(Wanted::quotaType).toList();
    }
}
