package io.tallygate.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint sends as metadata in front of the answer to one call. For the thread that answers; an endpoint asks for
 * it by {@link #ofThisCall} while the call begins.
 */
public final class AnswerFields {

    static final Context.Key<AnswerFields> KEY = Context.key("tallygate-answer-fields");

    private @Nullable Metadata fields;

    AnswerFields() {}

    /**
     * Those of the call that is being begun, which is one of a {@link Sender}'s service.
     *
     * @throws IllegalStateException when it is not
     */
    public static AnswerFields ofThisCall() {
        AnswerFields fields = KEY.get();
        if (fields == null) {
            throw new IllegalStateException("no Sender names the service of this call");
        }
        return fields;
    }

    /**
     * Has these sent before the answer's message.
     *
     * @param values printable ASCII, by names as HTTP has them
     */
    public void put(Map<String, String> values) {
        if (!values.isEmpty()) {
            var metadata = new Metadata();
            values.forEach((name, value) -> metadata
                    .put(Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER), value));
            fields = metadata;
        }
    }

    void addTo(Metadata headers) {
        if (fields != null) {
            headers.merge(fields);
        }
    }

    /** Names a service whose answers have such fields: a bean. */
    public record Sender(String service) {}
}
