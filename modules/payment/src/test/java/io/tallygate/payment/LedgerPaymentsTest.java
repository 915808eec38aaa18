package io.tallygate.payment;

import static io.tallygate.payment.PaymentNodes.failure;
import static io.tallygate.payment.PaymentNodes.key;
import static io.tallygate.payment.PaymentNodes.now;
import static io.tallygate.payment.PaymentNodes.order;
import static io.tallygate.payment.PaymentNodes.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.HookedStore;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of payments and accounts, on a ledger of real threads and a store that is a model. */
@Timeout(60)
final class LedgerPaymentsTest {

    private static final Duration DAY = IdempotencyKey.LIFE;
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final PaymentNodes nodes = new PaymentNodes();
    private final Payments payments = nodes.open().payments();

    @BeforeEach
    void begin() {
        deposit("ada", 100);
        deposit("bob", 10);
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private Account deposit(String account, long amount) {
        return now(payments.deposit(account, new Money(amount, "EUR"), key("first deposit of " + account))).value();
    }

    private Answered<Payment> pay(PaymentOrder order) {
        return now(payments.pay(order));
    }

    private long balance(String account) {
        return now(payments.account(account)).balance();
    }

    private void assertBalances(long ada, long bob) {
        assertThat(balance("ada")).isEqualTo(ada);
        assertThat(balance("bob")).isEqualTo(bob);
    }

    @Test
    void pay_covered_movesTheAmountAndTellsThePayersBalance() {
        PaymentOrder order = order("o", "ada", "bob", 30);

        Answered<Payment> answer = pay(order);

        assertThat(answer).isEqualTo(new Answered<>(new Payment(order, nodes.clock.instant(), 70L), false));
        assertBalances(70, 40);
        assertThat(now(payments.payment("o"))).isEqualTo(answer.value());
    }

    @Test
    void pay_theWholeBalance_leaves0() {
        assertThat(pay(order("o", "ada", "bob", 100)).value().balance()).isZero();
        assertBalances(0, 110);
    }

    @Test
    void pay_sameOrder_isAnsweredTheSameForGoodAndMovesNothing() {
        PaymentOrder order = order("o", "ada", "bob", 30);
        Payment first = pay(order).value();
        pay(order("another", "ada", "bob", 1));

        for (Duration later : List.of(Duration.ZERO, DAY.minus(MOMENT), MOMENT, MOMENT, Duration.ofDays(400))) {
            nodes.clock.advance(later);
            assertThat(pay(order)).as("%s later", later).isEqualTo(new Answered<>(first, true));
        }
        assertThat(now(nodes.open().payments().pay(order))).isEqualTo(new Answered<>(first, true));
        assertBalances(69, 41);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 23, 24, 24 * 400})
    void pay_sameOrderWithOtherContent_isRefusedForGood(long hours) {
        pay(order("o", "ada", "bob", 30));
        deposit("eve", 1);
        nodes.clock.advance(Duration.ofHours(hours));

        for (PaymentOrder other : List.of(order("o", "ada", "bob", 31), order("o", "ada", "eve", 30),
                order("o", "bob", "ada", 30), order("o", "nobody", "bob", 30),
                new PaymentOrder("o", "ada", "bob", new Money(30, "USD")))) {
            assertThat(problem(payments.pay(other))).isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED);
        }
        assertBalances(70, 40);
    }

    @Test
    void pay_notCovered_isRefusedFor24HoursAndThenTriedAgain() {
        PaymentOrder order = order("o", "ada", "bob", 101);
        assertThat(problem(payments.pay(order))).isEqualTo(PaymentProblem.INSUFFICIENT_FUNDS);
        assertBalances(100, 10);
        now(payments.deposit("ada", new Money(1, "EUR"), key("more")));

        assertThat(problem(payments.pay(order))).isEqualTo(PaymentProblem.INSUFFICIENT_FUNDS);
        nodes.clock.advance(DAY.minus(MOMENT));
        assertThat(problem(payments.pay(order))).isEqualTo(PaymentProblem.INSUFFICIENT_FUNDS);
        assertThat(problem(payments.payment("o"))).isEqualTo(PaymentProblem.UNKNOWN_PAYMENT);
        assertThat(problem(payments.pay(order("o", "ada", "bob", 1))))
                .isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED);

        nodes.clock.advance(MOMENT);
        assertThat(pay(order).value().balance()).isZero();
        assertBalances(0, 111);
    }

    @Test
    void pay_refusedOrderAfter24Hours_mayHaveOtherContent() {
        assertThat(problem(payments.pay(order("o", "ada", "bob", 101)))).isEqualTo(PaymentProblem.INSUFFICIENT_FUNDS);
        nodes.clock.advance(DAY);

        assertThat(pay(order("o", "ada", "bob", 1)).replayed()).isFalse();
        assertBalances(99, 11);
    }

    @Test
    void pay_unknownAccount_isRefusedAndNotRemembered() {
        assertThat(problem(payments.pay(order("o", "ada", "carol", 5)))).isEqualTo(PaymentProblem.UNKNOWN_ACCOUNT);
        assertThat(problem(payments.pay(order("o", "carol", "ada", 5)))).isEqualTo(PaymentProblem.UNKNOWN_ACCOUNT);
        assertBalances(100, 10);
        assertThat(problem(payments.account("carol"))).isEqualTo(PaymentProblem.UNKNOWN_ACCOUNT);

        deposit("carol", 1);
        assertThat(pay(order("o", "ada", "carol", 5)).replayed()).isFalse();
        assertThat(balance("carol")).isEqualTo(6);
    }

    @Test
    void pay_otherCurrency_isRefusedAndNotRemembered() {
        now(payments.deposit("yen", new Money(50, "JPY"), key("yen")));

        assertThat(problem(payments.pay(order("o", "ada", "yen", 5)))).isEqualTo(PaymentProblem.CURRENCY_MISMATCH);
        assertThat(problem(payments.pay(order("o", "yen", "ada", 5)))).isEqualTo(PaymentProblem.CURRENCY_MISMATCH);
        assertThat(problem(payments.pay(new PaymentOrder("o", "ada", "bob", new Money(5, "JPY")))))
                .isEqualTo(PaymentProblem.CURRENCY_MISMATCH);
        assertThat(pay(order("o", "ada", "bob", 5)).replayed()).isFalse();
        assertBalances(95, 15);
        assertThat(now(payments.account("yen"))).isEqualTo(new Account("yen", "JPY", 50));
    }

    @Test
    void pay_payeeWouldOverflow_refusesTheWholeAndRemembersIt() {
        deposit("rich", Long.MAX_VALUE - 5);

        assertThat(problem(payments.pay(order("o", "ada", "rich", 6)))).isEqualTo(PaymentProblem.BALANCE_OVERFLOW);
        assertThat(problem(payments.pay(order("o", "ada", "rich", 6)))).isEqualTo(PaymentProblem.BALANCE_OVERFLOW);
        assertThat(balance("ada")).isEqualTo(100);
        assertThat(pay(order("p", "ada", "rich", 5)).value().balance()).isEqualTo(95);
        assertThat(pay(order("q", "rich", "ada", 50)).value().balance()).isEqualTo(Long.MAX_VALUE - 50);
        assertThat(problem(payments.pay(order("o", "ada", "rich", 6)))).isEqualTo(PaymentProblem.BALANCE_OVERFLOW);
        nodes.clock.advance(DAY);
        assertThat(pay(order("o", "ada", "rich", 6)).value().balance()).isEqualTo(139);
    }

    @Test
    void order_breakingARule_namesTheField() {
        assertInvalid("order_id", () -> order("", "ada", "bob", 1));
        assertInvalid("order_id", () -> order("x".repeat(257), "ada", "bob", 1));
        assertInvalid("payer", () -> order("o", "\u0000", "bob", 1));
        assertInvalid("payee", () -> order("o", "ada", "", 1));
        assertInvalid("payee", () -> order("o", "ada", "ada", 1));
        assertInvalid("amount", () -> order("o", "ada", "bob", 0));
        assertInvalid("amount", () -> order("o", "ada", "bob", Long.MIN_VALUE));
        for (String currency : List.of("", "EU", "EURO", "eur", "E1R", "€UR")) {
            assertInvalid("currency", () -> new Money(1, currency));
        }
        assertThat(((InvalidInputException) failure(payments.payment(""))).field()).isEqualTo("order_id");
        assertThat(((InvalidInputException) failure(payments.account(""))).field()).isEqualTo("account_id");
        assertThat(((InvalidInputException) failure(payments.deposit("", new Money(1, "EUR"), key("k")))).field())
                .isEqualTo("account_id");
    }

    private static void assertInvalid(String field, Runnable constructor) {
        assertThatThrownBy(constructor::run).isInstanceOfSatisfying(InvalidInputException.class,
                invalid -> assertThat(invalid.field()).isEqualTo(field));
    }

    @Test
    void ids_of256Bytes_areTaken() {
        String id = "ä".repeat(128);
        now(payments.deposit(id, new Money(5, "EUR"), new RequestKey("t".repeat(32), id)));
        assertThat(pay(order(id, id, "ada", 5)).value().balance()).isZero();
        assertThat(now(payments.payment(id)).order().payer()).isEqualTo(id);
    }

    @Test
    void deposit_first_beginsTheAccountInItsCurrency() {
        assertThat(now(payments.deposit("carol", new Money(7, "USD"), key("k"))))
                .isEqualTo(new Answered<>(new Account("carol", "USD", 7), false));
        assertThat(problem(payments.deposit("carol", new Money(7, "EUR"), key("l"))))
                .isEqualTo(PaymentProblem.CURRENCY_MISMATCH);
        assertThat(now(payments.account("carol"))).isEqualTo(new Account("carol", "USD", 7));
    }

    @Test
    void deposit_sameKey_countsOnceFor24Hours() {
        Account first = now(payments.deposit("carol", new Money(7, "EUR"), key("k"))).value();
        now(payments.deposit("carol", new Money(3, "EUR"), key("l")));
        nodes.clock.advance(DAY.minus(MOMENT));
        assertThat(now(payments.deposit("carol", new Money(7, "EUR"), key("k"))))
                .isEqualTo(new Answered<>(first, true));
        assertThat(problem(payments.deposit("carol", new Money(8, "EUR"), key("k"))))
                .isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED);
        assertThat(problem(payments.deposit("ada", new Money(7, "EUR"), key("k"))))
                .isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED);
        assertThat(now(payments.deposit("carol", new Money(1, "EUR"), new RequestKey("other", "k"))).value().balance())
                .as("a key is its caller's").isEqualTo(11);
        nodes.clock.advance(MOMENT);
        assertThat(now(payments.deposit("carol", new Money(7, "EUR"), key("k"))).value().balance()).isEqualTo(18);
    }

    @Test
    void deposit_wouldOverflow_isRefused() {
        deposit("rich", Long.MAX_VALUE);
        assertThat(problem(payments.deposit("rich", new Money(1, "EUR"), key("k"))))
                .isEqualTo(PaymentProblem.BALANCE_OVERFLOW);
        assertThat(balance("rich")).isEqualTo(Long.MAX_VALUE);
        assertThat(pay(order("o", "rich", "ada", 1)).value().balance()).isEqualTo(Long.MAX_VALUE - 1);
    }

    /** Between the look for the account and the posting another process begins it. */
    @Test
    void deposit_accountBegunMeanwhile_addsToIt() {
        assertThat(now(depositAfter(new Money(5, "EUR"))))
                .isEqualTo(new Answered<>(new Account("carol", "EUR", 12), false));
    }

    @Test
    void deposit_accountBegunMeanwhileInAnotherCurrency_isRefused() {
        assertThat(problem(depositAfter(new Money(5, "USD")))).isEqualTo(PaymentProblem.CURRENCY_MISMATCH);
        assertThat(now(payments.account("carol"))).isEqualTo(new Account("carol", "USD", 5));
    }

    private CompletionStage<Answered<Account>> depositAfter(Money others) {
        var once = new AtomicReference<@Nullable Runnable>(
                () -> now(payments.deposit("carol", others, key("others"))));
        var store = new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public FlushResult apply(Flush flush) {
                Runnable first = once.getAndSet(null);
                if (first != null) {
                    first.run();
                }
                return super.apply(flush);
            }
        };
        return nodes.open(store).payments().deposit("carol", new Money(7, "EUR"), key("mine"));
    }

    /**
     * A process dies between the payment and its record's completion: nobody was answered, and whoever repeats the order is
     * told its balance, from then on for good.
     */
    @Test
    void pay_cutOffBeforeTheRecordIsComplete_isCompletedByTheRepetition() {
        PaymentOrder order = order("o", "ada", "bob", 30);
        cutOff(order);
        assertThat(now(payments.payment("o")).balance()).isNull();
        pay(order("another", "ada", "bob", 1));

        Answered<Payment> repeated = pay(order);
        assertThat(repeated.replayed()).isTrue();
        assertThat(repeated.value().balance()).isEqualTo(70);
        nodes.clock.advance(DAY);
        assertThat(pay(order)).isEqualTo(repeated);
        assertThat(now(payments.payment("o"))).isEqualTo(repeated.value());
        assertBalances(69, 41);
    }

    @Test
    void pay_cutOffAndNotRepeatedFor24Hours_isAnsweredWithoutABalanceAndMovesNothing() {
        PaymentOrder order = order("o", "ada", "bob", 30);
        cutOff(order);
        nodes.clock.advance(DAY);

        for (int i = 0; i < 3; i++) {
            Answered<Payment> repeated = pay(order);
            assertThat(repeated.replayed()).isTrue();
            assertThat(repeated.value().balance()).isNull();
            assertThat(repeated.value().order()).isEqualTo(order);
            assertBalances(70, 40);
        }
        assertThat(problem(payments.pay(order("o", "ada", "bob", 31))))
                .isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED);
    }

    /** Pays in a process whose store is gone after the first flush. */
    private void cutOff(PaymentOrder order) {
        var flushes = new ArrayList<Flush>();
        var dying = new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public FlushResult apply(Flush flush) {
                flushes.add(flush);
                if (flushes.size() > 1) {
                    throw new IllegalStateException("gone");
                }
                return super.apply(flush);
            }
        };
        PaymentNodes.Node node = nodes.open(dying);
        assertThat(failure(node.payments().pay(order))).isNotNull();
        node.ledger().close();
        assertThat(failure(node.payments().pay(order))).isInstanceOf(ShuttingDownException.class);
    }

    @Test
    void anything_storeAway_failsAsUnavailable() {
        Payments away = nodes.open(new HookedStore(new OracleStore(nodes.data), () -> {
            throw new StoreUnavailableException("away", new IOException());
        })).payments();
        assertThat(failure(away.account("ada"))).isInstanceOf(UnavailableException.class);
        assertThat(failure(away.pay(order("o", "ada", "bob", 1)))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void anything_somethingElseInTheStore_isWrongType() {
        var store = new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public FlushResult apply(Flush flush) {
                return new FlushResult(flush.postings().stream().map(LedgerPaymentsTest::wrongType).toList());
            }
        };
        assertThat(problem(nodes.open(store).payments().pay(order("o", "ada", "bob", 1))))
                .isEqualTo(PaymentProblem.WRONG_TYPE);
        assertThat(problem(nodes.open(store).payments().deposit("ada", new Money(1, "EUR"), key("k"))))
                .isEqualTo(PaymentProblem.WRONG_TYPE);
    }

    private static PostingResult wrongType(Posting posting) {
        List<? extends Change> changes = posting.changes();
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[changes.size()];
        Arrays.fill(refusals, Refusal.UNDONE);
        refusals[changes.size() - 1] = Refusal.WRONG_TYPE;
        return new PostingResult.Committed(Outcomes.of(new long[changes.size()], refusals));
    }

    @Test
    void pay_notApplied_failsWithTheReason() {
        var store = new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public FlushResult apply(Flush flush) {
                return new FlushResult(flush.postings().stream().<PostingResult>map(
                        _ -> new PostingResult.Failed(new CompletionException("poisoned", null))).toList());
            }
        };
        assertThat(failure(nodes.open(store).payments().pay(order("o", "ada", "bob", 1)))).hasMessage("poisoned");
    }
}
