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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets the requests of one connection take effect in their order, although a client sends the next one before it has the
 * answer (RFC 9112, section 9.3.2). The framework answers in order, but handles what came together at the same time.
 *
 * <p>Requests that only read are handled together, and so are those of a {@link PipelinedPath}, which keep their order on
 * their way to the store. Any other request waits here until those before it are answered. Meanwhile nothing is read from the
 * connection, so no more waits than came in one read.
 */
final class RequestOrder extends ChannelDuplexHandler {

    private static final String READ = "";

    private final Set<String> pipelined;
    private final ArrayDeque<Object> held = new ArrayDeque<>(1);
    /** What the requests that are handled have in common: a path, or that they read; null for one that is alone. */
    private @Nullable String kind;
    private int unanswered;

    /** @param pipelined the paths of which several POST requests are handled together */
    RequestOrder(Set<String> pipelined) {
        this.pipelined = pipelined;
    }

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
            String next = kindOf(request);
            if (unanswered > 0 && (next == null || !next.equals(kind))) {
                return false;
            }
            kind = next;
            unanswered++;
        }
        return true;
    }

    private @Nullable String kindOf(HttpRequest request) {
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.POST)) {
            return pipelined.contains(request.uri()) ? request.uri() : null;
        }
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.OPTIONS) ? READ : null;
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
