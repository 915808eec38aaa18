package io.tallygate.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.tallygate.kernel.GeneralProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Percent-encodes what clients send unencoded in paths and queries, and refuses a request that cannot be served whatever it
 * asks for: how it is framed (RFC 9112, sections 2.3, 3.2 and 6), whom it addresses, what it expects. A refused request goes
 * on, marked as one that could not be read, and so is answered in its turn and like every other; nothing that comes after it
 * on the connection is read. Belongs to one connection.
 */
final class RequestGuard extends ChannelDuplexHandler {

    static final Problem LENGTH_AND_CHUNKS = Problem.of(GeneralProblem.BAD_REQUEST,
            "a request has a Content-Length or a Transfer-Encoding, not both");
    private static final Problem OTHER_VERSION = Problem.of(HttpProblem.VERSION_NOT_SUPPORTED,
            "HTTP/1.1 and HTTP/1.0 are spoken here");
    private static final Problem NOT_ONE_HOST = Problem.of(GeneralProblem.BAD_REQUEST,
            "a request has one Host header");
    private static final Problem OTHER_HOST = Problem.of(HttpProblem.MISDIRECTED_REQUEST,
            "without tokens this server answers to loopback names and addresses alone, such as localhost or 127.0.0.1,"
                    + " in the Host header; configure tokens (tallygate.tokens) to serve other names");
    private static final Problem CHUNKED_NOT_LAST = Problem.of(GeneralProblem.BAD_REQUEST,
            "in Transfer-Encoding, chunked must be there once, and last; HTTP/1.0 has no Transfer-Encoding");
    private static final Problem OTHER_CODING = Problem.of(HttpProblem.NOT_IMPLEMENTED,
            "of transfer codings only chunked is understood here");
    private static final Problem OTHER_EXPECTATION = Problem.of(HttpProblem.EXPECTATION_FAILED,
            "100-continue is the one expectation that is understood here");
    private static final Problem FULL = new Problem(GeneralProblem.OVERLOADED,
            "this process has as many connections as it may (tallygate.http.connections-max)", List.of(),
            Duration.ofSeconds(1));

    /** For what a refused client still sends. */
    private static final long LINGER_SECONDS = 1;

    private final boolean loopbackOnly;
    private final long bodyBytesMax;
    private final boolean full;
    /** What was found to be a loopback host, so that a connection's later requests are only compared with it. */
    private @Nullable String loopbackHost;
    private boolean refused;

    /**
     * A guard of one connection.
     *
     * @param loopbackOnly whether only loopback names and addresses are served: who asks nobody for a token must not be
     *                     reached through the browser of whoever sits at this machine (DNS rebinding)
     * @param full         whether the process has all connections that it may have, and refuses this one's request
     */
    RequestGuard(boolean loopbackOnly, long bodyBytesMax, boolean full) {
        this.loopbackOnly = loopbackOnly;
        this.bodyBytesMax = bodyBytesMax;
        this.full = full;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            // The framework's own escape-html-url lets broken percent signs, spaces and control characters pass, and takes each
            // byte of UTF-8 for a character.
            request.setUri(RequestTargets.encodedBytes(request.uri()));
            check(request);
            if (HttpMethod.HEAD.equals(request.method())) {
                // From here on it is a GET; the codec leaves the answer's body out.
                request.setMethod(HttpMethod.GET);
            }
        }
        context.fireChannelRead(message);
    }

    private void check(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            refused = true;
            return;
        }
        Problem problem = problem(request);
        if (problem != null) {
            refused = true;
            refuse(request, problem);
        }
    }

    /** Has the request that was let through last answered with a problem, and its connection end with that answer. */
    void refuseLast(HttpRequest request, Problem problem) {
        refused = true;
        refuse(request, problem);
    }

    /** Lets a request be answered with a problem, and its connection end with that answer. */
    static void refuse(HttpRequest request, Problem problem) {
        request.setProtocolVersion(HttpVersion.HTTP_1_1);
        request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        request.setDecoderResult(DecoderResult.failure(new ProblemException(problem)));
    }

    /**
     * After a refusal reads on for a while: an end with unread bytes resets the connection, and a client that is still
     * sending might lose the answer (RFC 9112, section 9.6).
     */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (refused && context.channel() instanceof DuplexChannel channel && !channel.isInputShutdown()) {
            var _ = channel.shutdownOutput();
            var _ = context.executor().schedule(() -> {
                var _ = context.close(promise);
            }, LINGER_SECONDS, TimeUnit.SECONDS);
        } else {
            var _ = context.close(promise);
        }
    }

    private @Nullable Problem problem(HttpRequest request) {
        boolean current = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (!current && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return OTHER_VERSION;
        }
        HttpHeaders headers = request.headers();
        Problem problem = problemOfHost(headers, current);
        if (problem == null && headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            problem = problemOfCodings(headers, current);
        }
        if (problem == null && current && headers.contains(HttpHeaderNames.EXPECT)) {
            problem = problemOfExpectation(request);
        }
        return problem == null && full ? FULL : problem;
    }

    private @Nullable Problem problemOfHost(HttpHeaders headers, boolean required) {
        Iterator<String> hosts = headers.valueStringIterator(HttpHeaderNames.HOST);
        if (!hosts.hasNext()) {
            return required ? NOT_ONE_HOST : null;
        }
        String host = hosts.next();
        if (hosts.hasNext()) {
            return NOT_ONE_HOST;
        }
        if (loopbackOnly && !host.equals(loopbackHost)) {
            if (!LoopbackHosts.contain(host)) {
                return OTHER_HOST;
            }
            loopbackHost = host;
        }
        return null;
    }

    private static @Nullable Problem problemOfCodings(HttpHeaders headers, boolean known) {
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return LENGTH_AND_CHUNKS;
        }
        var codings = new ArrayList<String>();
        for (String value : headers.getAll(HttpHeaderNames.TRANSFER_ENCODING)) {
            for (String coding : value.split(",", -1)) {
                codings.add(coding.strip().toLowerCase(Locale.ROOT));
            }
        }
        int chunked = codings.indexOf("chunked");
        if (!known || (chunked >= 0 && chunked != codings.size() - 1)) {
            return CHUNKED_NOT_LAST;
        }
        return codings.size() == 1 && chunked == 0 ? null : OTHER_CODING;
    }

    private @Nullable Problem problemOfExpectation(HttpRequest request) {
        if (!HttpUtil.is100ContinueExpected(request)) {
            return OTHER_EXPECTATION;
        }
        return HttpUtil.getContentLength(request, 0L) > bodyBytesMax ? Problem.tooLarge() : null;
    }
}
