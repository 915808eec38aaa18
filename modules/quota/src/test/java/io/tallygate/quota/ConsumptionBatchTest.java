package io.tallygate.quota;

import static io.tallygate.quota.QuotaNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.OverloadedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many consumptions at once, on a ledger of real threads. */
@Timeout(60)
final class ConsumptionBatchTest {

    private static final ConsumptionItem BROKEN = new ConsumptionItem.Invalid(
            List.of(new InvalidInputException("operations[1].value", "0", "must be greater than 0")));

    private final QuotaNodes nodes = new QuotaNodes();
    private final Quotas quotas = nodes.withPlan("limits: [{quota_type: api, limit: 10, per: lifetime}]").quotas();

    @AfterEach
    void close() {
        nodes.close();
    }

    private static ConsumptionItem item(String subject, String value, @Nullable String requestId) {
        return new ConsumptionItem.Valid(subject, List.of(Wanted.positive("value", "api", value)), ConsumeMode.NORMAL,
                requestId);
    }

    private ConsumptionBatchOutcome consume(@Nullable String name, ConsumptionItem... items) {
        return now(new ConsumptionBatch("", name, List.of(items)).consume(quotas));
    }

    private static boolean isGranted(ConsumptionOutcome outcome) {
        return outcome instanceof ConsumptionOutcome.Decided(Decision decision, var _) && decision.allowed();
    }

    private long used() {
        return now(quotas.subject("acme")).limits().getFirst().used();
    }

    @Test
    void consume_items_areDecidedEachForItself() {
        var outcome = consume(null, item("acme", "3", null), BROKEN, item("acme", "8", null),
                item("nobody", "1", null));
        assertThat(outcome.items().get(1)).isInstanceOf(ConsumptionOutcome.Invalid.class);
        assertThat(outcome.items().get(3)).isInstanceOfSatisfying(ConsumptionOutcome.Failed.class,
                failed -> assertThat(failed.isCallers()).isTrue());
        assertThat(outcome.granted()).isEqualTo(1);
        assertThat(outcome.accepted()).isZero();
        assertThat(outcome.failures()).hasSize(1);
        assertThat(outcome.refusal()).isNull();
        assertThat(used()).isIn(3L, 8L);
    }

    @Test
    void consume_itemThatRepeatsAnothersName_getsItsDecision() {
        var outcome = consume(null, item("acme", "3", "a"), item("acme", "3", "a"), item("acme", "4", "a"));
        var first = (ConsumptionOutcome.Decided) outcome.items().getFirst();
        assertThat(first.replayed()).isFalse();
        assertThat(outcome.items().get(1)).isEqualTo(new ConsumptionOutcome.Decided(first.decision(), true));
        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.items().get(2)).isInstanceOfSatisfying(ConsumptionOutcome.Failed.class,
                failed -> assertThat(((DomainProblemException) failed.failure()).kind())
                        .isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED));
        assertThat(used()).isEqualTo(3);
    }

    @Test
    void consume_nameOfTheBatch_isThatOfItsItemsByTheirPlaces() {
        var first = consume("b", item("acme", "1", null), item("acme", "2", null));
        assertThat(first.items()).allMatch(ConsumptionBatchTest::isGranted);
        assertThat(first.replayed()).isFalse();
        var again = consume("b", item("acme", "1", null), item("acme", "2", null));
        assertThat(again.items()).allMatch(ConsumptionBatchTest::isGranted);
        assertThat(again.replayed()).isTrue();
        assertThat(used()).isEqualTo(3);
        assertThat(consume("b", item("acme", "4", null)).refusal()).isInstanceOfSatisfying(
                DomainProblemException.class,
                refusal -> assertThat(refusal.kind()).isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED));
        assertThat(consume("b", item("acme", "4", null), item("acme", "1", "own")).refusal())
                .as("a part had an effect").isNull();
    }

    @Test
    void accept_items_areTakenOrToldWhy() {
        var outcome = now(new ConsumptionBatch("", null, List.of(item("acme", "3", null), BROKEN,
                item("nobody", "1", null))).accept(quotas::accept));
        assertThat(outcome.accepted()).isEqualTo(1);
        assertThat(outcome.items().get(2)).isInstanceOf(ConsumptionOutcome.Failed.class);
    }

    @Test
    void accept_nothingIsTaken_isOneRefusal() {
        var full = new OverloadedException(3);
        var thrown = now(new ConsumptionBatch("", null, List.of(item("acme", "3", null))).accept((_, _, _) -> {
            throw full;
        }));
        assertThat(thrown.refusal()).isSameAs(full);
        CompletionStage<Void> failed = CompletableFuture.failedStage(full);
        var outcome = now(new ConsumptionBatch("", null, List.of(item("acme", "3", null), item("acme", "4", null)))
                .accept((_, _, _) -> failed));
        assertThat(outcome.refusal()).isSameAs(full);
        assertThat(outcome.failures()).containsExactly(full);
        assertThat(outcome.items()).allSatisfy(item -> assertThat(item).isInstanceOfSatisfying(
                ConsumptionOutcome.Failed.class, one -> assertThat(one.isCallers()).isFalse()));
    }
}
