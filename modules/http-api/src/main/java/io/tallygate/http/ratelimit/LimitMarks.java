package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.tallygate.http.AnswerHeaders;
import io.tallygate.ratelimit.guard.Guard;
import io.tallygate.ratelimit.rules.HeaderStyle;
import jakarta.inject.Singleton;

/** Lets answers tell how the limits of their requests stand, when their connection writes them. */
@Singleton
@Requires(classes = {Guard.class, NettyHttpServer.class}, beans = Guard.class)
final class LimitMarks implements AnswerMarks {

    private final HeaderStyle style;

    LimitMarks(HeaderStyle style) {
        this.style = style;
    }

    @Override
    public LimitMark of(HttpRequest<?> request) {
        var mark = new LimitMark();
        AnswerHeaders.whenAnswered(request, headers -> mark.tell(style, headers::contains, headers::add));
        return mark;
    }
}
