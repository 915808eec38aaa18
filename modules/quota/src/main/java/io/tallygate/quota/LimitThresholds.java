package io.tallygate.quota;

import io.tallygate.ledger.Book;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** By what is settled for subjects. */
final class LimitThresholds implements Thresholds {

    private static final int[] PERCENTS = {80, 100};
    private static final int WHOLE = 100;

    private final Definitions definitions;

    LimitThresholds(Definitions definitions) {
        this.definitions = definitions;
    }

    @Override
    public Set<String> books() {
        return Set.of(UsageRows.LONG.name(), UsageRows.SHORT.name());
    }

    @Override
    public CompletionStage<List<Crossing>> crossings(String section, String id, long before, long after) {
        Optional<UsageRows.Usage> usage = after > before ? UsageRows.usage(section, id) : Optional.empty();
        if (usage.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        UsageRows.Usage row = usage.get();
        return definitions.limits(row.subject())
                .thenApply(resolved -> resolved.limits().find(row.limit())
                        .map(limit -> crossings(row, limit, before, after)).orElse(List.of()));
    }

    private static List<Crossing> crossings(UsageRows.Usage row, SubjectLimit limit, long before, long after) {
        var crossings = new ArrayList<Crossing>();
        for (int percent : PERCENTS) {
            long threshold = Math.ceilDiv(limit.limit().most() * percent, WHOLE);
            if (before < threshold && after >= threshold) {
                crossings.add(new Crossing(row.subject(), limit.limit(), percent, after, row.start(),
                        end(limit, row.start())));
            }
        }
        return crossings;
    }

    private static Optional<Instant> end(SubjectLimit limit, Instant start) {
        Period period = limit.calendars().period(start);
        return period.start().equals(start) ? period.resetsAt() : Optional.empty();
    }
}
