package io.tallygate.functions.http;

import io.tallygate.kernel.WrongSettingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Finds out of an event's path which path of the API is meant, percent-encoded as servers get it.
 *
 * <p>HTTP APIs put the name of their stage in front of it, also under a domain of one's own. Mappings of domains and
 * rules of load balancers put more in front of it, which events do not tell: {@code tallygate.base-path} does.
 */
final class GatewayPaths {

    private static final String UNNAMED_STAGE = "$default";
    private static final String UNRESERVED = "-._~";
    private static final String OF_A_PATH = "/!$&'()*+,;=:@";

    private final String basePath;

    /** @throws WrongSettingException when the base path is not made of segments that need no encoding */
    GatewayPaths(String basePath) {
        this.basePath = FunctionHttpSettingGroup.BASE_PATH.parse(basePath);
    }

    /**
     * The path that is meant by an event's.
     *
     * @param stage the API's, empty when the front has none
     */
    String ofApi(Front front, String path, String stage) {
        String staged = front.decodesPaths() && !stage.equals(UNNAMED_STAGE) ? without(path, "/" + stage) : path;
        String ofApi = without(staged, basePath);
        return ofApi.isEmpty() ? "/" : encoded(ofApi, front.decodesPaths() ? OF_A_PATH : OF_A_PATH + '%');
    }

    private static String without(String path, String prefix) {
        if (prefix.length() > 1 && path.startsWith(prefix)) {
            if (path.length() == prefix.length()) {
                return "/";
            }
            if (path.charAt(prefix.length()) == '/') {
                return path.substring(prefix.length());
            }
        }
        return path;
    }

    /** A query as it was sent, with what browsers and load balancers leave unencoded encoded. */
    static String encodedQuery(String query) {
        return encoded(query, OF_A_PATH + "?%");
    }

    /** A parameter's name or value. */
    static String encodedParameter(String decoded) {
        return encoded(decoded, "");
    }

    private static String encoded(String text, String kept) {
        int i = 0;
        while (i < text.length() && isKept(text.charAt(i), kept)) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        var encoded = new StringBuilder(text.length() + 16).append(text, 0, i);
        for (byte b : text.substring(i).getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isKept(c, kept)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    private static boolean isKept(char c, String kept) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || UNRESERVED.indexOf(c) >= 0 || kept.indexOf(c) >= 0;
    }
}
