package io.tallygate.contract;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The name of a counter. */
record Counter(String resourceId, String counterType) {

    /** Its address, with every byte that means something else in a path written as {@code %XX}. */
    String path() {
        return "/api/v1/counter/" + encode(resourceId) + "/" + encode(counterType);
    }

    static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
    }
}
