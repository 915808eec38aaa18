package io.tallygate.ratelimit.rules;

import java.util.Arrays;

/** Which fields tell HTTP callers about their limits. */
public enum HeaderStyle {
    /** {@code RateLimit-Policy} and {@code RateLimit}, as draft-ietf-httpapi-ratelimit-headers-11 defines them. */
    DRAFT_11("draft-11"),
    /** {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}, as Envoy sends them by the name of draft 3. */
    DRAFT_03("draft-03"),
    /** None of these. */
    NONE("none");

    private final String code;

    HeaderStyle(String code) {
        this.code = code;
    }

    /**
     * The style of a name.
     *
     * @throws IllegalArgumentException for other names
     */
    public static HeaderStyle of(String code) {
        return Arrays.stream(values()).filter(style -> style.code.equals(code)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(code));
    }

    /** Its name in settings. */
    public String code() {
        return code;
    }
}
