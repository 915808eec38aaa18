package io.tallygate.grpc.ratelimit;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tallygate.ratelimit.guard.Guard;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.HeaderStyle;
import io.tallygate.ratelimit.rules.LimitHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way through the guard: its answer tells how its limits stand, in front of its message, or behind an error
 * that has none. Thread-safe.
 */
final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

    /** Set around the start of a call that is limited. */
    static final Context.Key<GuardedCall<?, ?>> KEY = Context.key("tallygate-guarded-call");

    private static final String RETRY_AFTER = "Retry-After";

    private final HeaderStyle style;
    private final @Nullable String user;
    private volatile Guard.Call asked;
    private volatile @Nullable CheckResult found;
    private volatile boolean headersSent;

    /**
     * @param asked what it counts as
     * @param user  who calls; null when nobody says it
     */
    GuardedCall(ServerCall<Q, A> call, HeaderStyle style, Guard.Call asked, @Nullable String user) {
        super(call);
        this.style = style;
        this.asked = asked;
        this.user = user;
    }

    Guard.Call asked() {
        return asked;
    }

    @Nullable
    String user() {
        return user;
    }

    /** The same, now that it is known how much it costs. */
    void costs(long hits) {
        asked = asked.costing(hits);
    }

    /** Remembers what a question about it found, beside what others did. */
    CheckResult remember(CheckResult result) {
        CheckResult before = found;
        CheckResult all = before == null ? result : before.and(result);
        found = all;
        return all;
    }

    @Override
    public void sendHeaders(Metadata headers) {
        headersSent = true;
        mark(headers, false);
        super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (!headersSent) {
            CheckResult result = found;
            mark(trailers, result != null && !result.allowed());
        }
        super.close(status, trailers);
    }

    /** An answer that tells of other limits keeps what it says. */
    private void mark(Metadata fields, boolean refuses) {
        CheckResult result = found;
        Map<String, String> told = result == null ? Map.of() : LimitHeaders.of(result, style);
        told.forEach((name, value) -> {
            Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
            if ((refuses || !name.equals(RETRY_AFTER)) && !fields.containsKey(key)) {
                fields.put(key, value);
            }
        });
    }
}
