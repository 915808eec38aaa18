package io.tallygate.handlers.counter;

import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.event.Notice;
import io.tallygate.event.Publication;
import io.tallygate.handlers.EventData;
import io.tallygate.ledger.Fact;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/** What was counted, as events: {@code {"resource_id","counter_type","delta","value"}}. */
@Singleton
@Requires(beans = Counters.class)
final class CounterChanges implements Publication {

    private static final String CHANGED = "io.tallygate.counter.changed";
    private static final String RESET = "io.tallygate.counter.reset";

    @Override
    public Set<String> books() {
        return Set.of(CounterKey.BOOK.name());
    }

    @Override
    public List<Notice> notices(Fact fact) {
        return List.of(new Notice(fact.kind() == Fact.Kind.ADDED ? CHANGED : RESET, fact.id(), EventData.json(out -> {
            out.writeStringField("resource_id", fact.id());
            out.writeStringField("counter_type", fact.section());
            out.writeNumberField("delta", fact.delta());
            out.writeNumberField("value", fact.value());
        }), null));
    }
}
