package io.tallygate.grpc.quota;

import io.tallygate.grpc.Values;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Decision;
import io.tallygate.quota.LimitState;
import io.tallygate.quota.Returned;
import io.tallygate.quota.v1.ReturnedAmount;
import io.tallygate.quota.v1.Share;

/** Decisions, and how limits stand, as messages. */
final class Decisions {

    private Decisions() {}

    static io.tallygate.quota.v1.Decision message(Decision decision) {
        var message = withoutLimits(decision);
        decision.limits().forEach(limit -> message.addLimits(message(limit)));
        return message.build();
    }

    static io.tallygate.quota.v1.Decision.Builder withoutLimits(Decision decision) {
        var message = io.tallygate.quota.v1.Decision.newBuilder().setAllowed(decision.allowed())
                .setAsOf(Values.timestamp(decision.asOf()));
        for (Decision.Share share : decision.shares()) {
            message.addQuotas(Share.newBuilder().setQuotaType(share.quotaType())
                    .setRequested(Amount.text(share.requested(), share.scale()))
                    .setGranted(Amount.text(share.granted(), share.scale())));
        }
        return message;
    }

    static io.tallygate.quota.v1.LimitState message(LimitState limit) {
        int scale = limit.scale();
        var message = io.tallygate.quota.v1.LimitState.newBuilder().setQuotaType(limit.quotaType())
                .setPer(limit.per().toString()).setLimit(Amount.text(limit.limit(), scale))
                .setUsed(Amount.text(limit.used(), scale)).setHeld(Amount.text(limit.held(), scale))
                .setRemaining(Amount.text(limit.remaining(), scale)).setPending(Amount.text(limit.pending(), scale))
                .setHard(limit.hard()).setOver(limit.over());
        limit.resetsAt().ifPresent(at -> message.setResetsAt(Values.timestamp(at)));
        return message.build();
    }

    static ReturnedAmount message(Returned returned) {
        return ReturnedAmount.newBuilder().setReturned(Amount.text(returned.units(), returned.limit().scale()))
                .setLimit(message(returned.limit())).build();
    }
}
