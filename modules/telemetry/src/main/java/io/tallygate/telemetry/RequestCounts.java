package io.tallygate.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How many HTTP requests were answered, by what they were about and by the class of the answer. Thread-safe. */
@Singleton
final class RequestCounts implements MeterBinder {

    private static final String API = "/api/v1/";
    private static final int CLASS_FIRST = 2;
    private static final int CLASS_LAST = 5;

    /** The counts of one domain, by class of status. */
    static final class Domain {

        private final String name;
        private final String prefix;
        private final List<LongAdder> answers;

        private Domain(String name, String prefix) {
            this.name = name;
            this.prefix = prefix;
            this.answers = Stream.generate(LongAdder::new).limit(CLASS_LAST + 1L).toList();
        }

        /** @param status of the final answer, 200 to 599 */
        void answered(int status) {
            answers.get(Math.clamp(status / 100, CLASS_FIRST, CLASS_LAST)).increment();
        }
    }

    private final Domain other = new Domain("other", "");
    /** In the order in which they are tried; the last one takes everything. */
    private final List<Domain> domains = List.of(new Domain("counter", API + "counter/"),
            new Domain("leaderboard", API + "leaderboard/"), other);

    /** The domain that a request's path belongs to. */
    Domain of(String path) {
        for (Domain domain : domains) {
            if (path.startsWith(domain.prefix)) {
                return domain;
            }
        }
        return other;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        domains.forEach(domain -> IntStream.rangeClosed(CLASS_FIRST, CLASS_LAST)
                .forEach(statusClass -> FunctionCounter
                        .builder("tallygate.http.requests", domain.answers.get(statusClass), LongAdder::sum)
                        .description("HTTP requests answered").tag("domain", domain.name)
                        .tag("status", statusClass + "xx").register(registry)));
    }
}
