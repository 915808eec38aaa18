package io.tallygate.contract;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request line asks for.
 *
 * @param route      the path below the API's, a name in it written as {@code *}
 * @param names      those names, decoded
 * @param parameters the query's, decoded
 */
record GrpcTarget(String route, List<String> names, Map<String, String> parameters) {

    private static final String API = "/api/v1/";

    static GrpcTarget of(String target) {
        String[] parts = target.split("\\?", 2);
        String path = parts[0].startsWith(API) ? parts[0].substring(API.length()) : parts[0].substring(1);
        List<String> segments = Arrays.asList(path.split("/", -1));
        // Everything else with two segments is a method of the collection, not a name.
        boolean named = segments.size() == 3 || segments.getFirst().equals("leaderboard");
        List<String> names = named ? segments.subList(1, segments.size()) : List.of();
        return new GrpcTarget(named ? segments.getFirst() + "/*".repeat(names.size()) : path,
                names.stream().map(name -> decoded(name.replace("+", "%2B"))).toList(),
                parts.length > 1 ? parameters(parts[1]) : Map.of());
    }

    private static Map<String, String> parameters(String query) {
        var parameters = new HashMap<String, String>();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(decoded(parts[0]), decoded(parts.length > 1 ? parts[1] : ""));
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
