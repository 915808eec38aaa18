package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.tallygate.ratelimit.guard.Guard;
import io.tallygate.ratelimit.rules.HeaderStyle;

/** Lets answers tell how the limits of their requests stand where there are no connections, in a function. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Requires(classes = Guard.class, missing = NettyHttpServer.class, beans = Guard.class)
final class AnswerFilter implements AnswerMarks, ConditionalFilter, Ordered {

    private static final String ATTRIBUTE = "io.tallygate.http.ratelimit.mark";

    private final Guard guard;
    private final HeaderStyle style;

    AnswerFilter(Guard guard, HeaderStyle style) {
        this.guard = guard;
        this.style = style;
    }

    /** Before every filter that may answer: an answer passes those alone that its request has passed. */
    @Override
    public int getOrder() {
        return -2;
    }

    @Override
    public boolean isEnabled(HttpRequest<?> request) {
        return guard.isOn();
    }

    @Override
    public LimitMark of(HttpRequest<?> request) {
        var mark = new LimitMark();
        request.setAttribute(ATTRIBUTE, mark);
        return mark;
    }

    /** Tells what is known. */
    @ResponseFilter
    void tell(HttpRequest<?> request, MutableHttpResponse<?> response) {
        if (request.getAttribute(ATTRIBUTE).orElse(null) instanceof LimitMark mark) {
            mark.tell(style, response.getHeaders()::contains, response::header);
        }
    }
}
