package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.access.Tokens;
import io.tallygate.access.TrustedProxies;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who calls, as far as that is told. Thread-safe. */
final class Callers {

    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private final Tokens tokens;
    private final TrustedProxies proxies;
    private final @Nullable String userHeader;

    /**
     * One caller.
     *
     * @param address where the request comes from; null where nothing tells
     * @param token   the one that was presented, if it is valid; whether it allows the call is not known
     * @param user    null when nobody says who it is
     */
    record Caller(@Nullable InetAddress address, @Nullable Token token, @Nullable String user) {

        boolean has(Scope scope) {
            return token != null && token.allows(scope);
        }
    }

    /** @param userHeader by which trusted proxies say who the user is */
    Callers(Tokens tokens, TrustedProxies proxies, Optional<String> userHeader) {
        this.tokens = tokens;
        this.proxies = proxies;
        this.userHeader = userHeader.orElse(null);
    }

    Caller of(HttpRequest<?> request) {
        InetSocketAddress remote = request.getRemoteAddress();
        InetAddress peer = remote == null ? null : remote.getAddress();
        HttpHeaders headers = request.getHeaders();
        Token token = tokens.presented(headers.get(HttpHeaders.AUTHORIZATION));
        String user = peer == null ? null : user(headers, peer);
        return new Caller(peer == null ? null : proxies.clientOf(peer, headers.getAll(FORWARDED_FOR)), token,
                user == null && token != null ? token.name() : user);
    }

    private @Nullable String user(HttpHeaders headers, InetAddress peer) {
        String user = userHeader == null || !proxies.trusts(peer) ? null : headers.get(userHeader);
        if (user == null) {
            return null;
        }
        try {
            Ids.require("user", user);
            return user;
        } catch (InvalidInputException e) {
            return null;
        }
    }
}
