package io.tallygate.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * Lets the requests of one connection take effect in their order, although a client sends the next one before it has the
 * answer (RFC 9112, section 9.3.2). The framework answers in order, but handles what came together at the same time.
 *
 * <p>Requests that only read are handled together, and so are single increments, which keep their order on their way to
 * the store. Any other request waits here until those before it are answered. Meanwhile nothing is read from the
 * connection, so no more waits than came in one read.
 */
final class RequestOrder extends ChannelDuplexHandler {

    private static final String INCREMENT = "/api/v1/counter/increment";

    /** What requests that are handled together have in common. */
    private enum Kind {
        READ,
        INCREMENT,
        OTHER
    }

    private final ArrayDeque<Object> held = new ArrayDeque<>(1);
    private Kind kind = Kind.OTHER;
    private int unanswered;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (held.isEmpty() && mayGoOn(message)) {
            context.fireChannelRead(message);
        } else {
            held.add(message);
        }
    }

    /** Whether it need not wait. Then it is taken for handled from now on. */
    private boolean mayGoOn(Object message) {
        if (message instanceof HttpRequest request) {
            Kind next = kindOf(request);
            if (unanswered > 0 && (next != kind || next == Kind.OTHER)) {
                return false;
            }
            kind = next;
            unanswered++;
        }
        return true;
    }

    private static Kind kindOf(HttpRequest request) {
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.POST)) {
            return request.uri().equals(INCREMENT) ? Kind.INCREMENT : Kind.OTHER;
        }
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.OPTIONS) ? Kind.READ : Kind.OTHER;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var _ = context.write(message, promise);
        if (message instanceof LastHttpContent
                && !(message instanceof HttpResponse interim
                        && interim.status().codeClass() == HttpStatusClass.INFORMATIONAL)) {
            unanswered--;
            if (unanswered == 0 && !held.isEmpty()) {
                // Not from within the write of the answer before.
                context.executor().execute(() -> goOn(context));
            }
        }
    }

    private void goOn(ChannelHandlerContext context) {
        if (held.isEmpty()) {
            return;
        }
        for (Object next = held.peek(); next != null && mayGoOn(next); next = held.peek()) {
            held.remove();
            context.fireChannelRead(next);
        }
        // Whoever wanted to read while something was held asks again now.
        context.fireChannelReadComplete();
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (held.isEmpty()) {
            context.read();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }
}
