package io.tallygate.handlers.quota;

import io.micronaut.context.annotation.Requires;
import io.tallygate.event.Delivery;
import io.tallygate.event.EventHandler;
import io.tallygate.handlers.EventMembers;
import io.tallygate.kernel.RequestKey;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.Wanted;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Metering by events: {@code {"subject","quota_type","value"}}, members as {@code POST /api/v1/quota/consume} has them. What
 * was used is recorded, beyond the limits, too, in the periods of the event's time.
 */
@Singleton
@Requires(beans = Quotas.class)
final class UsageEvents implements EventHandler {

    /** No token has this name. */
    private static final String CALLER = "_events";

    private final Quotas quotas;

    UsageEvents(Quotas quotas) {
        this.quotas = quotas;
    }

    @Override
    public String topic() {
        return "usage_events";
    }

    @Override
    public String group() {
        return "metering";
    }

    @Override
    public boolean neverBlocks() {
        return true;
    }

    @Override
    public CompletionStage<?> handle(Delivery delivery) {
        EventMembers data = EventMembers.of(delivery.event());
        String subject = data.id("subject", "user_id");
        var wanted = Wanted.positive("data.value", data.id("quota_type"), data.number("value"));
        return quotas.record(subject, List.of(wanted), delivery.time(),
                new RequestKey(CALLER, key(delivery.event())));
    }
}
