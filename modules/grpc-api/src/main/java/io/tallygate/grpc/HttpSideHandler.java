package io.tallygate.grpc;

import io.grpc.Context;
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
import io.tallygate.grpc.HttpSidePorts.Route;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of one connection, one after the other: what comes while one is answered is read later. */
final class HttpSideHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(HttpSideHandler.class);
    private static final Answer NOT_FOUND = Answer.text(404, "Not Found\n");

    private static final Answer UNAUTHENTICATED = Answer.text(401, "Unauthorized\n");
    private static final Answer FORBIDDEN = Answer.text(403, "Forbidden\n");

    private final List<Route> routes;
    private final Tokens tokens;
    /** Confined to the event loop. */
    private boolean answering;
    private boolean closing;

    /** @param tokens empty where nobody needs one */
    HttpSideHandler(List<Route> routes, Tokens tokens) {
        this.routes = routes;
        this.tokens = tokens;
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
                LOG.error("A request for {} failed", request.uri(), failure);
            }
            Answer told = failure == null ? answer : Answer.text(500, "Internal Server Error\n");
            context.executor().execute(() -> write(context, told, isHead));
        });
    }

    private CompletionStage<Answer> answer(FullHttpRequest request) {
        String target = request.uri();
        int query = target.indexOf('?');
        String asked = query < 0 ? target : target.substring(0, query);
        for (Route route : routes) {
            if (route.path().equals(asked)) {
                return answer(route, request);
            }
        }
        return CompletableFuture.completedStage(NOT_FOUND);
    }

    private CompletionStage<Answer> answer(Route route, FullHttpRequest request) {
        Scope scope = tokens.isEmpty() ? null : route.scope().orElse(null);
        Token token = scope == null ? null : tokens.presented(request.headers().get(HttpHeaderNames.AUTHORIZATION));
        if (scope != null && (token == null || !token.allows(scope))) {
            return CompletableFuture.completedStage(token == null ? UNAUTHENTICATED : FORBIDDEN);
        }
        byte[] body = ByteBufUtil.getBytes(request.content());
        try {
            return token == null
                    ? route.endpoint().answer(body)
                    : Context.current().withValue(Calls.TOKEN, token).call(() -> route.endpoint().answer(body));
        } catch (Exception e) {
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
