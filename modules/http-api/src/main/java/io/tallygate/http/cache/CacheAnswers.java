package io.tallygate.http.cache;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.cache.CacheFigures;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.Reach;
import io.tallygate.cache.WarmUp;
import io.tallygate.http.Answers;
import java.io.IOException;
import java.util.List;

/** What caches are answered with, in JSON. */
final class CacheAnswers {

    private static final double MILLI_NANOS = 1_000_000;
    private static final double DIGITS = 10_000;

    private CacheAnswers() {}

    static HttpResponse<byte[]> list(List<MultiLevelCache<?>> caches) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("caches");
            for (MultiLevelCache<?> cache : caches) {
                write(out, cache);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> cache(MultiLevelCache<?> cache) {
        return Answers.json(HttpStatus.OK, out -> write(out, cache));
    }

    private static void write(JsonGenerator out, MultiLevelCache<?> cache) throws IOException {
        CacheFigures figures = cache.figures();
        long answers = figures.localHits() + figures.sharedHits() + figures.loads();
        out.writeStartObject();
        out.writeStringField("cache", cache.name());
        out.writeNumberField("entries", figures.entries());
        out.writeNumberField("local_hits", figures.localHits());
        out.writeNumberField("shared_hits", figures.sharedHits());
        out.writeNumberField("loads", figures.loads());
        out.writeNumberField("local_share", share(figures.localHits(), answers));
        out.writeNumberField("shared_share", share(figures.sharedHits(), answers));
        out.writeNumberField("load_share", share(figures.loads(), answers));
        out.writeNumberField("load_failures", figures.loadFailures());
        out.writeNumberField("load_millis_mean", rounded(
                figures.loads() == 0 ? 0 : figures.loadNanos() / MILLI_NANOS / figures.loads()));
        out.writeNumberField("joined", figures.joined());
        out.writeNumberField("stale_answers", figures.staleAnswers());
        out.writeNumberField("evictions", figures.evictions());
        out.writeNumberField("early_refreshes", figures.earlyRefreshes());
        out.writeNumberField("invalidations_sent", figures.invalidationsSent());
        out.writeNumberField("invalidations_received", figures.invalidationsReceived());
        out.writeNumberField("invalidations_pending", figures.invalidationsPending());
        out.writeNumberField("resyncs", figures.resyncs());
        out.writeNumberField("fills_refused", figures.fillsRefused());
        out.writeNumberField("shared_failures", figures.sharedFailures());
        out.writeNumberField("unreadable", figures.unreadable());
        out.writeNumberField("warm_up_left", figures.warmUpLeft());
        out.writeEndObject();
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : rounded((double) part / whole);
    }

    private static double rounded(double figure) {
        return Math.round(figure * DIGITS) / DIGITS;
    }

    static HttpResponse<byte[]> warmed(WarmUp warmUp) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeNumberField("loaded", warmUp.loaded());
            out.writeNumberField("failed", warmUp.failed());
            out.writeNumberField("millis", warmUp.millis());
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> invalidated(Reach reach) {
        return reach == Reach.SENT ? HttpResponse.noContent() : Answers.json(HttpStatus.ACCEPTED, out -> {
            out.writeStartObject();
            out.writeBooleanField("pending", true);
            out.writeEndObject();
        });
    }
}
