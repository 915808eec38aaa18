package io.tallygate.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.access.Tokens;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.Pressure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests are handled at once, and how many may be: of those that only read, and of all others, so that neither
 * keeps the other from being served. Those of a lower priority may use a part of that, and the lowest is not served while
 * something is bad that most requests need. Health, metrics and levels are always answered. Thread-safe.
 */
final class RequestsInFlight {

    /** Where levels are seen and set. */
    private static final String LEVELS = "/api/v1/degradation";
    private static final String ADMIN = "/admin";

    private final int readsMax;
    private final int writesMax;
    private final Tokens tokens;
    private final Pressure pressure;
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();

    /**
     * @param max    how many may read, and how many may not
     * @param tokens that may tell a priority; without any, everybody may
     */
    RequestsInFlight(ConcurrencyMax max, Tokens tokens, Pressure pressure) {
        this.readsMax = max.reads();
        this.writesMax = max.writes();
        this.tokens = tokens;
        this.pressure = pressure;
    }

    /** What counts the requests of one connection, and has those refused that are too many. */
    ChannelDuplexHandler of(RequestGuard guard) {
        return new Connection(guard);
    }

    private AtomicInteger count(boolean isRead) {
        return isRead ? reads : writes;
    }

    private static boolean isRead(HttpRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.OPTIONS);
    }

    private static boolean isOperators(String target) {
        return target.startsWith("/health") || target.startsWith(MetricsController.PATH)
                || target.startsWith(LEVELS) || target.startsWith(ADMIN);
    }

    private Priority priority(HttpRequest request) {
        String asked = request.headers().get(Priority.HEADER);
        if (asked == null) {
            return Priority.NORMAL;
        }
        Token token = tokens.presented(request.headers().get(HttpHeaderNames.AUTHORIZATION));
        return tokens.isEmpty() || (token != null && token.allows(Scope.PRIORITY))
                ? Priority.of(asked.strip().toLowerCase(Locale.ROOT))
                : Priority.NORMAL;
    }

    /** Belongs to the connection's event loop. HTTP/1.1 answers in the order of the requests. */
    private final class Connection extends ChannelDuplexHandler {

        private static final Problem READS = problem("that read");
        private static final Problem WRITES = problem("that write");
        private static final Problem LOW = new Problem(GeneralProblem.OVERLOADED,
                "something that most requests need is away, and this one has a low priority", List.of(),
                Duration.ofSeconds(5));

        private final RequestGuard guard;
        /** For each request without an answer what it is counted in. */
        private final ArrayDeque<AtomicInteger> unanswered = new ArrayDeque<>(1);

        private Connection(RequestGuard guard) {
            this.guard = guard;
        }

        private static Problem problem(String which) {
            return new Problem(GeneralProblem.OVERLOADED,
                    "as many requests " + which + " are being handled as may be (tallygate.http.concurrency-max) beside"
                            + " one of this priority",
                    List.of(),
                    Duration.ofSeconds(1));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                enter(request);
            }
            context.fireChannelRead(message);
        }

        private void enter(HttpRequest request) {
            boolean isRead = isRead(request);
            AtomicInteger count = count(isRead);
            int now = count.incrementAndGet();
            unanswered.add(count);
            if (!request.decoderResult().isSuccess() || isOperators(request.uri())) {
                return;
            }
            Priority priority = priority(request);
            if (now > priority.of(isRead ? readsMax : writesMax)) {
                guard.refuseLast(request, isRead ? READS : WRITES);
            } else if (priority == Priority.LOW && pressure.isCriticalBad()) {
                guard.refuseLast(request, LOW);
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof LastHttpContent
                    && !(message instanceof HttpResponse interim
                            && interim.status().codeClass() == HttpStatusClass.INFORMATIONAL)) {
                AtomicInteger count = unanswered.poll();
                if (count != null) {
                    count.decrementAndGet();
                }
            }
            var _ = context.write(message, promise);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            unanswered.forEach(AtomicInteger::decrementAndGet);
            unanswered.clear();
        }
    }
}
