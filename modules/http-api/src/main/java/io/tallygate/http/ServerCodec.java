package io.tallygate.http;

import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Netty's HTTP/1.1 codec, which refuses a request that has both a length and chunks, knows when it has a part of a
 * request, and sends no body to a {@code HEAD}. Belongs to one connection.
 */
final class ServerCodec extends CombinedChannelDuplexHandler<ServerCodec.RequestDecoder, ServerCodec.ResponseEncoder> {

    private final RequestDecoder decoder;
    /** The places of the HEAD requests that are not answered, among the connection's requests. */
    private final ArrayDeque<Long> heads = new ArrayDeque<>(1);
    private long requests;
    private long responses;

    ServerCodec(NettyHttpServerConfiguration configuration) {
        decoder = new RequestDecoder(new HttpDecoderConfig()
                .setMaxInitialLineLength(configuration.getMaxInitialLineLength())
                .setMaxHeaderSize(configuration.getMaxHeaderSize())
                .setMaxChunkSize(configuration.getMaxChunkSize())
                .setValidateHeaders(configuration.isValidateHeaders())
                .setInitialBufferSize(configuration.getInitialBufferSize()));
        init(decoder, new ResponseEncoder());
    }

    /** Whether the beginning of a request is here, and its end is not. */
    boolean hasPartOfRequest() {
        return decoder.partOfRequest;
    }

    private void decoded(HttpRequest request) {
        requests++;
        if (HttpMethod.HEAD.equals(request.method())) {
            heads.add(requests);
        }
    }

    /** Reads requests. */
    final class RequestDecoder extends HttpRequestDecoder {

        private boolean partOfRequest;

        private RequestDecoder(HttpDecoderConfig config) {
            super(config);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            int before = out.size();
            int start = in.readerIndex();
            boolean blank = !in.isReadable() || in.getByte(start) <= ' ';
            super.decode(context, in, out);
            int size = out.size();
            if (size == before) {
                // Line ends between two requests belong to neither.
                partOfRequest |= in.isReadable() || !blank;
                return;
            }
            for (int i = before; i < size; i++) {
                if (out.get(i) instanceof HttpRequest request) {
                    decoded(request);
                }
            }
            Object last = out.get(size - 1);
            partOfRequest = !(last instanceof LastHttpContent)
                    && !(last instanceof HttpRequest request && request.decoderResult().isFailure());
        }

        /** Netty would drop the length; what stands before this server may go by it (RFC 9112, section 6.1). */
        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new ProblemException(RequestGuard.LENGTH_AND_CHUNKS);
        }
    }

    /** Writes answers. */
    final class ResponseEncoder extends HttpResponseEncoder {

        private ResponseEncoder() {}

        @Override
        protected boolean isContentAlwaysEmpty(HttpResponse response) {
            if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                responses++;
                Long head = heads.peek();
                if (head != null && head == responses) {
                    heads.remove();
                    return true;
                }
            }
            return super.isContentAlwaysEmpty(response);
        }
    }
}
