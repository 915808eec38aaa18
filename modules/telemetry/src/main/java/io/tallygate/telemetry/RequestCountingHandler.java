package io.tallygate.telemetry;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.ArrayDeque;

/**
 * Counts one connection's requests as their answers pass by. Belongs to the connection's event loop. A filter of the
 * HTTP server would cost an allocation and a callback a request; this costs two type tests and an increment.
 */
final class RequestCountingHandler extends ChannelDuplexHandler {

    private static final int USUALLY_IN_FLIGHT = 1;

    private final RequestCounts counts;
    /** HTTP/1.1 answers in the order of the requests. */
    private final ArrayDeque<RequestCounts.Domain> unanswered = new ArrayDeque<>(USUALLY_IN_FLIGHT);

    RequestCountingHandler(RequestCounts counts) {
        this.counts = counts;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof HttpRequest request) {
            unanswered.add(counts.of(request.uri()));
        }
        super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            RequestCounts.Domain domain = unanswered.poll();
            if (domain != null) {
                domain.answered(response.status().code());
            }
        }
        super.write(context, message, promise);
    }
}
