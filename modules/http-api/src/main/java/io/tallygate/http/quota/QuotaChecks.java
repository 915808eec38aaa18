package io.tallygate.http.quota;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.HttpResponse;
import io.tallygate.degradation.Degradation;
import io.tallygate.degradation.LastKnown;
import io.tallygate.http.Degraded;
import io.tallygate.kernel.DegradedException;
import io.tallygate.quota.Decision;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.Wanted;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Checks of quotas, as well as they can be served: exact, else by how the limits stood when they were asked for here last, else
 * as a setting says. Thread-safe; no method blocks.
 */
@Singleton
@Requires(beans = Quotas.class)
final class QuotaChecks {

    static final String FEATURE = "quota-check";
    private static final int KNOWN_MAX = 1 << 14;

    private record Asked(String subject, List<String> quotaTypes) {

        private static Asked of(String subject, List<Wanted> wanted) {
            return new Asked(subject, wanted.size() == 1
                    ? List.of(wanted.getFirst().quotaType())
                    : wanted.stream().map(Wanted::quotaType).toList());
        }
    }

    private final Quotas quotas;
    private final Degradation degradation;
    private final boolean allowed;
    private final InstantSource clock = InstantSource.system();
    private final LastKnown<Asked, Decision> known = new LastKnown<>(KNOWN_MAX, QuotaChecks::standsFor);

    QuotaChecks(Quotas quotas, Degradation degradation, PropertyResolver properties) {
        this.quotas = quotas;
        this.degradation = degradation;
        this.allowed = QuotaHttpSettingGroup.CHECK_ON_FAILURE
                .in(name -> properties.getProperty(name, String.class)).equals(QuotaHttpSettingGroup.ALLOW);
    }

    /** For a moment, while no limit has moved. */
    private static boolean standsFor(Decision kept, Decision newer) {
        return newer.asOf().isBefore(kept.asOf().plus(Degraded.AS_RECENT)) && kept.limits().equals(newer.limits())
                && kept.shares().equals(newer.shares());
    }

    /** As {@link Quotas#check}. */
    CompletionStage<HttpResponse<byte[]>> check(String subject, List<Wanted> wanted) {
        return degradation.runAsync(FEATURE, () -> quotas.check(subject, wanted).thenApply(decision -> {
            known.note(Asked.of(subject, wanted), decision);
            return DecisionAnswers.checked(decision);
        }), () -> CompletableFuture.completedFuture(Degraded.mark(DecisionAnswers.stale(last(subject, wanted)))),
                () -> CompletableFuture.completedFuture(
                        Degraded.mark(DecisionAnswers.unknown(allowed, clock.instant(), wanted))));
    }

    private Decision last(String subject, List<Wanted> wanted) {
        Decision last = known.find(Asked.of(subject, wanted));
        if (last == null) {
            throw new DegradedException(FEATURE);
        }
        return last.of(wanted, clock.instant());
    }
}
