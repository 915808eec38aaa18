package io.tallygate.quota;

import io.tallygate.kernel.Sha256;
import io.tallygate.ledger.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What makes a request the same as another one, however it was spelt and over whichever protocol it came. */
final class Request {

    private final StringBuilder content;

    private Request(StringBuilder content) {
        this.content = content;
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
    }

    /** @param operation what is asked for */
    static Request of(String operation, String subject) {
        return new Request(new StringBuilder()).with(operation).with(subject);
    }

    Request with(List<Wanted> wanted) {
        wanted.forEach(one -> with(one.quotaType()).with(one.amount().toString()));
        return this;
    }

    /** The length first, so that neighbours cannot run into each other. */
    Request with(String part) {
        content.append(part.length()).append(':').append(part);
        return this;
    }

    /** Null for a request without a key. */
    @Nullable
    Named named(@Nullable RequestKey key) {
        return key == null
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
