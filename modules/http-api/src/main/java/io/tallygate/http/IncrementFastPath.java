package io.tallygate.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.Write;
import io.tallygate.counter.WriteResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the plainest of requests, one ordinary increment, on its connection's event loop, in front of the framework's
 * routing: that routing costs more than all the rest of an increment together. Whatever is out of the ordinary (another
 * path, header, encoding or size, a body that breaks a rule or asks for more than to count) is handed on as it came, so
 * there is one place that says what is wrong with a request. Confined to its channel's event loop.
 *
 * <p>Answers leave in the order of the requests: what arrives behind an increment that is being committed waits, and
 * nothing more is read from the connection meanwhile; an increment behind a request that was handed on is handed on too.
 */
final class IncrementFastPath extends ChannelDuplexHandler {

    private static final String PATH = "/api/v1/counter/increment";
    private static final int BODY_BYTES_MAX = 4096;
    private static final int HEADERS_MAX = 16;
    private static final AsciiString JSON = AsciiString.cached("application/json");
    /** Every header that is sent is ours: there is nothing in it to check. */
    private static final DefaultHttpHeadersFactory UNCHECKED_HEADERS = DefaultHttpHeadersFactory.headersFactory()
            .withValidation(false);
    private static final Logger LOG = LoggerFactory.getLogger(IncrementFastPath.class);

    private final Counters counters;
    private final Deque<Object> behind = new ArrayDeque<>();

    private @Nullable HttpRequest head;
    private boolean committing;
    private int handedOn;
    private boolean readHeld;
    private @Nullable ChannelPromise closeHeld;

    IncrementFastPath(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (committing) {
            behind.add(message);
        } else {
            take(context, message);
        }
    }

    private void take(ChannelHandlerContext context, Object message) {
        HttpRequest request = head;
        if (request != null) {
            head = null;
            if (!(message instanceof LastHttpContent body) || !commit(context, body)) {
                handOn(context, request);
                context.fireChannelRead(message);
            }
        } else if (!(message instanceof HttpRequest first)) {
            context.fireChannelRead(message);
        } else if (handedOn == 0 && isOrdinary(first)) {
            head = first;
        } else {
            handOn(context, first);
        }
    }

    private void handOn(ChannelHandlerContext context, HttpRequest request) {
        handedOn++;
        context.fireChannelRead(request);
    }

    private static boolean isOrdinary(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!request.method().equals(HttpMethod.POST) || !request.uri().equals(PATH)
                || request.protocolVersion() != HttpVersion.HTTP_1_1 || !request.decoderResult().isSuccess()
                || headers.size() > HEADERS_MAX) {
            return false;
        }
        boolean json = false;
        boolean sized = false;
        var each = headers.iteratorCharSequence();
        while (each.hasNext()) {
            var header = each.next();
            CharSequence name = header.getKey();
            if (HttpHeaderNames.CONTENT_TYPE.contentEqualsIgnoreCase(name)) {
                if (json || !JSON.contentEqualsIgnoreCase(header.getValue())) {
                    return false;
                }
                json = true;
            } else if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
                sized = true;
            } else if (!isWithoutMeaning(name, header.getValue())) {
                return false;
            }
        }
        return json && sized;
    }

    /** Headers that change nothing about how an increment is answered. */
    private static boolean isWithoutMeaning(CharSequence name, CharSequence value) {
        return HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)
                || HttpHeaderNames.USER_AGENT.contentEqualsIgnoreCase(name)
                || HttpHeaderNames.ACCEPT_ENCODING.contentEqualsIgnoreCase(name)
                || HttpHeaderNames.ACCEPT.contentEqualsIgnoreCase(name) && value.equals("*/*")
                || HttpHeaderNames.CONNECTION.contentEqualsIgnoreCase(name)
                        && HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(value);
    }

    /** Starts the commit, or returns false and has changed nothing. */
    private boolean commit(ChannelHandlerContext context, LastHttpContent body) {
        ByteBuf content = body.content();
        if (content.readableBytes() > BODY_BYTES_MAX || !body.trailingHeaders().isEmpty()
                || !body.decoderResult().isSuccess()) {
            return false;
        }
        Increment increment = ordinaryIncrement(ByteBufUtil.getBytes(content));
        if (increment == null) {
            return false;
        }
        body.release();
        committing = true;
        counters.write(new Write(List.of(increment), null)).whenComplete(
                (result, failure) -> context.executor().execute(() -> answer(context, increment, result, failure)));
        return true;
    }

    private static @Nullable Increment ordinaryIncrement(byte[] body) {
        try {
            Operation operation = JsonBody.read(body, Operation::single);
            return operation.async() ? null : operation.increment();
        } catch (RuntimeException invalid) {
            // The framework's route reads it again and says what is wrong with it.
            return null;
        }
    }

    private void answer(ChannelHandlerContext context, Increment increment, @Nullable WriteResult result,
            @Nullable Throwable failure) {
        committing = false;
        if (!context.channel().isActive()) {
            return;
        }
        FullHttpResponse response = response(increment, result, failure);
        if (closeHeld != null) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.writeAndFlush(response, context.voidPromise());
            context.close(closeHeld);
            return;
        }
        context.writeAndFlush(response, context.voidPromise());
        while (!committing && !behind.isEmpty()) {
            take(context, behind.remove());
        }
        if (!committing && readHeld) {
            readHeld = false;
            context.read();
        }
    }

    private static FullHttpResponse response(Increment increment, @Nullable WriteResult result,
            @Nullable Throwable failure) {
        if (result instanceof WriteResult.Committed(Outcomes outcomes, var _) && !outcomes.refused(0)) {
            byte[] body = Answers.valueBody(increment.counter(), outcomes.value(0));
            FullHttpResponse response = withBody(HttpResponseStatus.OK, body);
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
            return response;
        }
        Problem problem = failure == null ? Problem.overflow("the counter") : problem(failure);
        var answer = problem.response();
        FullHttpResponse response = withBody(HttpResponseStatus.valueOf(answer.code()), Json.bytes(problem::writeTo));
        answer.getHeaders().forEach((name, values) -> response.headers().set(name, values));
        return response;
    }

    private static Problem problem(Throwable failure) {
        Problem problem = Problem.from(failure);
        if (problem.type() == ProblemType.INTERNAL_ERROR) {
            LOG.error("POST {} failed", PATH, failure);
        }
        return problem;
    }

    private static FullHttpResponse withBody(HttpResponseStatus status, byte[] body) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body),
                UNCHECKED_HEADERS, UNCHECKED_HEADERS);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
        return response;
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (committing) {
            readHeld = true;
        } else {
            context.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof LastHttpContent && !isInformational(message)) {
            handedOn--;
        }
        context.write(message, promise);
    }

    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (committing && context.channel().isActive()) {
            closeHeld = promise;
        } else {
            context.close(promise);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        behind.forEach(ReferenceCountUtil::release);
        behind.clear();
    }
}
