package io.tallygate.functions.http;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer to any event.
 *
 * @param headers by their names in any case
 */
record HttpAnswer(int status, Map<String, List<String>> headers, byte[] body) {

    HttpAnswer {
        var copy = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = copy;
    }
}
