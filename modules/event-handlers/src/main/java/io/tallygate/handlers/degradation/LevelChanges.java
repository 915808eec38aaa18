package io.tallygate.handlers.degradation;

import io.micronaut.context.annotation.Requires;
import io.tallygate.degradation.LevelChange;
import io.tallygate.degradation.RecordedChange;
import io.tallygate.event.Notice;
import io.tallygate.event.Publication;
import io.tallygate.handlers.EventData;
import io.tallygate.ledger.Fact;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/** Changes of levels, as events: {@code {"node","feature","from","to","why","at"}}. Only a program that has levels tells of them. */
@Singleton
@Requires(classes = RecordedChange.class)
final class LevelChanges implements Publication {

    private static final String CHANGED = "io.tallygate.degradation.changed";

    @Override
    public Set<String> books() {
        return Set.of(RecordedChange.BOOK.name());
    }

    @Override
    public List<Notice> notices(Fact fact) {
        if (fact.kind() != Fact.Kind.ADDED) {
            return List.of();
        }
        RecordedChange recorded = RecordedChange.of(fact);
        LevelChange change = recorded.change();
        return List.of(new Notice(CHANGED, change.feature(), EventData.json(out -> {
            out.writeStringField("node", recorded.node());
            out.writeStringField("feature", change.feature());
            out.writeStringField("from", change.from().label());
            out.writeStringField("to", change.to().label());
            out.writeStringField("why", change.why());
            out.writeStringField("at", change.at().toString());
        }), null));
    }
}
