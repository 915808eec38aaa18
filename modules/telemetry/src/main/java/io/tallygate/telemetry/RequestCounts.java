package io.tallygate.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.BeanContext;
import io.micronaut.http.annotation.Controller;
import io.micronaut.inject.qualifiers.Qualifiers;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many HTTP requests were answered, by what they were about and by the class of the answer. What requests can be about
 * the controllers say: each names its domain in its path, right behind {@value #API}. Thread-safe.
 */
@Singleton
final class RequestCounts implements MeterBinder {

    private static final String API = "/api/v1/";
    private static final int CLASS_FIRST = 2;
    private static final int CLASS_LAST = 5;

    /** The counts of one domain, by class of status. */
    static final class Domain {

        private final String name;
        /** What follows {@link #API} in paths of this domain. */
        private final String head;
        private final List<LongAdder> answers;

        private Domain(String name) {
            this.name = name;
            this.head = name + "/";
            this.answers = Stream.generate(LongAdder::new).limit(CLASS_LAST + 1L).toList();
        }

        /** @param status of the final answer, 200 to 599 */
        void answered(int status) {
            answers.get(Math.clamp(status / 100, CLASS_FIRST, CLASS_LAST)).increment();
        }
    }

    private final Domain other = new Domain("other");
    private final List<Domain> domains;

    /** @param controllers asked what there are; none of them is made */
    RequestCounts(BeanContext controllers) {
        this.domains = controllers.getBeanDefinitions(Qualifiers.byStereotype(Controller.class)).stream()
                .flatMap(controller -> controller.stringValue(Controller.class).stream())
                .filter(path -> path.startsWith(API)).map(path -> path.substring(API.length()).split("/", 2)[0])
                .distinct().sorted().map(Domain::new).toList();
    }

    /** The domain that a request's path belongs to. */
    Domain of(String path) {
        if (path.startsWith(API)) {
            for (Domain domain : domains) {
                if (path.startsWith(domain.head, API.length())) {
                    return domain;
                }
            }
        }
        return other;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Stream.concat(domains.stream(), Stream.of(other))
                .forEach(domain -> IntStream.rangeClosed(CLASS_FIRST, CLASS_LAST)
                        .forEach(statusClass -> FunctionCounter
                                .builder("tallygate.http.requests", domain.answers.get(statusClass), LongAdder::sum)
                                .description("HTTP requests answered").tag("domain", domain.name)
                                .tag("status", statusClass + "xx").register(registry)));
    }
}
