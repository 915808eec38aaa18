package io.tallygate.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.tallygate.kernel.GeneralProblem;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection when its client has no more use for it or takes too long: a request that is not there in time is
 * answered 408, a connection without requests or with an answer that nobody takes is closed, and one whose client has
 * sent its last byte is closed after the last answer. Stands behind the codec, in front of what looks at requests. Belongs
 * to one connection.
 *
 * <p>A request that came in one read costs two looks at the clock and no timer.
 */
final class ConnectionLife extends ChannelDuplexHandler {

    /** What a stop asks of each connection, as an event. */
    enum Stop {
        /** To end if no request is here. */
        IDLE,
        /** To end if only a part of a request is here. */
        UNFINISHED
    }

    private static final Problem LATE = Problem.of(HttpProblem.REQUEST_TIMEOUT,
            "the request was not here in time; nothing was changed");
    private static final Problem BAD_CHUNK = Problem.of(GeneralProblem.BAD_REQUEST,
            "a chunk of the body could not be read");
    /** For the answer that says why. */
    private static final long LAST_ANSWER_SECONDS = 1;

    private final ServerCodec codec;
    private final long requestNanos;
    private final long idleNanos;

    /** When what is now waited for began: a request, its rest, or the taking of an answer. */
    private long sinceNanos;
    private long requests;
    private long complete;
    private long answers;
    /** The one whose head has come, and whose body has not. */
    private @Nullable HttpRequest incomplete;
    private boolean partOfRequest;
    private boolean completed;
    private boolean timed;
    private boolean inputEnded;
    private boolean refused;
    private @Nullable Future<?> idleCheck;

    ConnectionLife(ServerCodec codec, Duration requestTimeout, Duration idleTimeout) {
        this.codec = codec;
        this.requestNanos = requestTimeout.toNanos();
        this.idleNanos = idleTimeout.toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        sinceNanos = now(context);
        checkIdleIn(context, idleNanos);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        Future<?> check = idleCheck;
        if (check != null) {
            check.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            requests++;
            if (request.decoderResult().isFailure()) {
                complete++;
            } else {
                incomplete = request;
            }
        } else if (message instanceof LastHttpContent last) {
            if (last.decoderResult().isFailure()) {
                last.release();
                refuse(context, BAD_CHUNK);
                return;
            }
            complete++;
            incomplete = null;
            completed = true;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        boolean part = codec.hasPartOfRequest();
        if (completed || part != partOfRequest) {
            completed = false;
            partOfRequest = part;
            sinceNanos = now(context);
        }
        if (part && !timed) {
            checkRequestIn(context, requestNanos);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof LastHttpContent
                && !(message instanceof HttpResponse interim
                        && interim.status().codeClass() == HttpStatusClass.INFORMATIONAL)) {
            answers++;
            sinceNanos = now(context);
            if (inputEnded && answers >= complete) {
                var _ = context.write(message, promise.unvoid()).addListener(ChannelFutureListener.CLOSE);
                return;
            }
        }
        var _ = context.write(message, promise);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (answers >= complete) {
                closeBehindAnswers(context);
            }
        } else if (event instanceof Stop stop) {
            stop(context, stop);
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    private void stop(ChannelHandlerContext context, Stop stop) {
        if (answers < complete || refused) {
            return;
        }
        if (!codec.hasPartOfRequest()) {
            closeBehindAnswers(context);
        } else if (stop == Stop.UNFINISHED) {
            refuse(context, LATE);
        }
    }

    /** The last answers may still wait for the client to take them. */
    private static void closeBehindAnswers(ChannelHandlerContext context) {
        var _ = context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void checkIdleIn(ChannelHandlerContext context, long nanos) {
        idleCheck = context.executor().schedule(() -> checkIdle(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void checkIdle(ChannelHandlerContext context) {
        long left = idleNanos - (now(context) - sinceNanos);
        boolean waitsForClient = answers < complete ? !context.channel().isWritable() : !partOfRequest;
        if (waitsForClient && left <= 0) {
            var _ = context.close();
        } else {
            checkIdleIn(context, left > 0 ? left : idleNanos);
        }
    }

    private void checkRequestIn(ChannelHandlerContext context, long nanos) {
        timed = true;
        var _ = context.executor().schedule(() -> checkRequest(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void checkRequest(ChannelHandlerContext context) {
        timed = false;
        if (!partOfRequest || refused || !context.channel().isActive()) {
            return;
        }
        long left = requestNanos - (now(context) - sinceNanos);
        if (answers < complete) {
            // While an answer is due, the rest may not have been read.
            checkRequestIn(context, requestNanos);
        } else if (left > 0) {
            checkRequestIn(context, left);
        } else {
            refuse(context, LATE);
        }
    }

    /** Answers the request of which a part is here, unless it has an answer, and ends the connection. */
    private void refuse(ChannelHandlerContext context, Problem problem) {
        refused = true;
        HttpRequest begun = incomplete;
        incomplete = null;
        complete++;
        if (begun == null) {
            requests++;
            var unread = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
            RequestGuard.refuse(unread, problem);
            context.fireChannelRead(unread);
            context.fireChannelReadComplete();
        } else if (answers < requests) {
            begun.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.fireExceptionCaught(new ProblemException(problem));
        } else {
            var _ = context.close();
            return;
        }
        var _ = context.executor().schedule(() -> {
            var _ = context.close();
        }, LAST_ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private static long now(ChannelHandlerContext context) {
        return context.executor().ticker().nanoTime();
    }
}
