package io.tallygate.event;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Events of tests. */
public final class TestEvents {

    private TestEvents() {}

    public static Event of(String id, @Nullable String subject) {
        return of(id, subject, "{}");
    }

    public static Event of(String id, @Nullable String subject, String json) {
        return new Event(id, "/test", "test.event", subject, new TreeMap<>(),
                Payload.ofJson(json.getBytes(StandardCharsets.UTF_8)));
    }
}
