package io.tallygate.grpc;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.access.Tokens;
import io.tallygate.grpc.HttpSidePorts.Answer;
import io.tallygate.grpc.HttpSidePorts.Endpoint;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of one connection, one after the other: what comes while one is answered is read later. */
final class HttpSideHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(HttpSideHandler.class);
    private static final Answer NOT_FOUND = Answer.text(404, "Not Found\n");

    private final String path;
    private final Endpoint endpoint;
    private final @Nullable Access access;
    private final BooleanSupplier isServing;
    /** Confined to the event loop. */
    private boolean answering;
    private boolean closing;

    /** Which tokens may call. */
    record Access(Tokens tokens, Scope scope) {

        private @Nullable Answer refusal(@Nullable String authorization) {
            Token token = tokens.presented(authorization);
            if (token == null) {
                return Answer.text(401, "Unauthorized\n");
            }
            return token.allows(scope) ? null : Answer.text(403, "Forbidden\n");
        }
    }

    /** @param access null where anybody may call */
    HttpSideHandler(String path, Endpoint endpoint, @Nullable Access access, BooleanSupplier isServing) {
        this.path = path;
        this.endpoint = endpoint;
        this.access = access;
        this.isServing = isServing;
    }

    /** Closes a connection, after the answer that it waits for. */
    static void closeWhenAnswered(Channel channel) {
        channel.eventLoop().execute(() -> {
            HttpSideHandler handler = channel.pipeline().get(HttpSideHandler.class);
            if (handler != null && handler.answering) {
                handler.closing = true;
            } else {
                var _ = channel.close();
            }
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        context.channel().config().setAutoRead(false);
        answering = true;
        boolean isHead = request.method().name().equals("HEAD");
        answer(request).whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.error("A request for {} failed", path, failure);
            }
            Answer told = failure == null ? answer : Answer.text(500, "Internal Server Error\n");
            context.executor().execute(() -> write(context, told, isHead));
        });
    }

    private CompletionStage<Answer> answer(FullHttpRequest request) {
        String target = request.uri();
        int query = target.indexOf('?');
        String asked = query < 0 ? target : target.substring(0, query);
        if (asked.equals(HttpSidePorts.HEALTH)) {
            return CompletableFuture.completedStage(isServing.getAsBoolean()
                    ? Answer.text(200, "OK")
                    : Answer.text(500, "Internal Server Error\n"));
        }
        if (!asked.equals(path)) {
            return CompletableFuture.completedStage(NOT_FOUND);
        }
        Answer refusal = access == null ? null : access.refusal(request.headers().get(HttpHeaderNames.AUTHORIZATION));
        if (refusal != null) {
            return CompletableFuture.completedStage(refusal);
        }
        try {
            return endpoint.answer(ByteBufUtil.getBytes(request.content()));
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private void write(ChannelHandlerContext context, Answer answer, boolean isHead) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()),
                isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        HttpUtil.setContentLength(response, answer.body().length);
        if (answer.status() == HttpResponseStatus.UNAUTHORIZED.code()) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (closing) {
            HttpUtil.setKeepAlive(response, false);
        }
        answering = false;
        context.writeAndFlush(response).addListener(_ -> context.channel().config().setAutoRead(true));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A connection is closed", cause);
        var _ = context.close();
    }
}
