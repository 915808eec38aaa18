package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.tallygate.contract.GrpcRoute.Inexpressible;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One request of the suite, and the server that is to be asked instead. */
final class GrpcExchange {

    private static final long DEADLINE_SECONDS = 30;
    private static final String KEY = Api.KEY_HEADER.toLowerCase(Locale.ROOT);
    /** What a caller says beside its request. */
    private static final List<String> FIELDS = List.of("authorization", "x-forwarded-for");
    /** How limits of the API stand. */
    private static final List<String> LIMITS = List.of("ratelimit-policy", "ratelimit", "retry-after");

    private final HttpListener.Request request;
    private final List<String> names;
    private final Map<String, String> parameters;
    private final int given;
    private final Channel channel;
    private final AtomicReference<Metadata> answered = new AtomicReference<>();

    /** @param names those in the path, as they were sent */
    GrpcExchange(HttpListener.Request request, List<String> names, String query, Channel channel) {
        this.request = request;
        this.names = names.stream().map(name -> decoded(name.replace("+", "%2B"))).toList();
        this.parameters = parameters(query);
        this.given = query.isEmpty() ? 0 : query.split("&", -1).length;
        this.channel = channel;
    }

    private static Map<String, String> parameters(String query) {
        var parameters = new LinkedHashMap<String, String>();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(decoded(parts[0]), decoded(parts.length > 1 ? parts[1] : ""));
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** The body, which must be a JSON object. */
    JsonNode body() {
        return GrpcFields.body(request.body());
    }

    /** The path's name at this place, counted from 0. */
    String name(int place) {
        return names.get(place);
    }

    /** Refuses parameters that a message has no field for. */
    void requireParameters(Set<String> known) {
        parameters.keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new Inexpressible("there is no field " + Json.text(name));
        });
    }

    /** The body as it was sent. */
    String text() {
        return new String(request.body(), StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.headers().get(name.toLowerCase(Locale.ROOT)));
    }

    /** All parameters, each of which has one value, in the query's order. */
    Map<String, String> parameters() {
        if (parameters.size() < given) {
            throw new Inexpressible("a field has one value");
        }
        return parameters;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The key that makes the request repeatable. */
    Optional<String> key() {
        return Optional.ofNullable(request.headers().get(KEY));
    }

    /** A service of the server, asked with the token of the request. */
    <S extends AbstractStub<S>> S service(Function<Channel, S> stub) {
        var metadata = new Metadata();
        FIELDS.forEach(name -> header(name).ifPresent(value -> metadata.put(key(name), value)));
        return stub.apply(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata),
                        MetadataUtils.newCaptureMetadataInterceptor(answered, new AtomicReference<>()));
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** The answer with what came before it, or behind an error, about limits of the API. */
    HttpListener.Response withLimits(HttpListener.Response response, @Nullable Metadata trailers) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        addLimits(headers, answered.get());
        addLimits(headers, trailers);
        headers.putAll(response.headers());
        return new HttpListener.Response(response.status(), headers, response.body());
    }

    /** @param fields null where an error came without any */
    private static void addLimits(Map<String, String> headers, @Nullable Metadata fields) {
        for (String name : LIMITS) {
            String value = fields == null ? null : fields.get(key(name));
            if (value != null) {
                headers.put(name, value);
            }
        }
    }
}
