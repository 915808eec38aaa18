package io.tallygate.functions.http;

import java.util.List;
import java.util.Map;

/**
 * An HTTP request as an event describes it, in one form whatever it came through.
 *
 * @param path     percent-encoded, and without the stage
 * @param query    percent-encoded, empty when there is none
 * @param headers  a character for each byte, as servers hand them over too
 * @param body     as text, or in base64; empty when there is none
 * @param isBase64 whether the body is in base64
 * @param sourceIp where the front has it from; empty when it does not tell
 */
record HttpEvent(
        Front front, String method, String path, String query, Map<String, List<String>> headers, String body,
        boolean isBase64, String sourceIp) {}
