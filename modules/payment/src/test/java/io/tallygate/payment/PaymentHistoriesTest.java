package io.tallygate.payment;

import static io.tallygate.payment.PaymentNodes.key;
import static io.tallygate.payment.PaymentNodes.now;
import static io.tallygate.payment.PaymentNodes.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.HookedStore;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.ReplyLosingStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many clients pay at random between accounts, and repeat each other's orders, through several processes of which each loses
 * answers of its store, meets a store that fails, and may end at any time: the sum over all accounts stays what was deposited,
 * no balance goes below 0, and each order is settled once or refused.
 */
@Timeout(600)
final class PaymentHistoriesTest {

    /** More with {@code -Dtallygate.test.payment-histories}. */
    private static final int HISTORIES = Integer.getInteger("tallygate.test.payment-histories", 6);
    private static final int CLIENTS = 32;
    private static final int STEPS = 25;
    private static final int ACCOUNTS = 100;
    private static final int NODES = 3;
    private static final long DEPOSIT = 1_000;

    @Test
    void histories_of32Clients_moveMoneyOnceAndKeepTheSum() {
        long first = new Random().nextLong();
        LongStream.range(first, first + HISTORIES).forEach(seed -> {
            try {
                new History(seed).run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        });
    }

    /** What came of an order. */
    private sealed interface Fate {
        record Settled(Payment payment) implements Fate {}

        record Refused() implements Fate {}
    }

    /** Orders that are drawn, what came of them, and what must be in the end. */
    private static final class History {

        private final Random seeds;
        private final PaymentNodes nodes = new PaymentNodes();
        private final AtomicReferenceArray<PaymentNodes.Node> running = new AtomicReferenceArray<>(NODES);
        private final Map<String, PaymentOrder> orders = new ConcurrentHashMap<>();
        private final Map<String, Fate> fates = new ConcurrentHashMap<>();

        History(long seed) {
            this.seeds = new Random(seed);
        }

        void run() {
            try (nodes) {
                Payments payments = nodes.open().payments();
                IntStream.range(0, ACCOUNTS).forEach(i -> now(
                        payments.deposit(account(i), new Money(DEPOSIT, "EUR"), key(account(i)))));
                IntStream.range(0, NODES).forEach(i -> running.set(i, open(seeds.nextLong())));
                List<Random> randoms = IntStream.range(0, CLIENTS).mapToObj(_ -> new Random(seeds.nextLong())).toList();
                try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> client(i, randoms.get(i)), threads))
                            .toList();
                    clients.forEach(CompletableFuture::join);
                }
                settle();
                verify(nodes.open().payments());
            }
        }

        private static String account(int i) {
            return "account-" + i;
        }

        private PaymentNodes.Node open(long seed) {
            LedgerStore losing = new ReplyLosingStore(new OracleStore(nodes.data), seed, 10);
            var random = new Random(seed);
            return nodes.open(new HookedStore(losing, () -> {
                if (random.nextInt(30) == 0) {
                    throw new StoreUnavailableException("injected: the store is away", new IOException());
                }
            }));
        }

        private void client(int client, Random random) {
            for (int step = 0; step < STEPS; step++) {
                int node = random.nextInt(NODES);
                if (random.nextInt(60) == 0) {
                    // A process ends in the midst of what it does; another one takes its place.
                    running.getAndSet(node, open(random.nextLong())).ledger().close();
                } else {
                    pay(running.get(node).payments(), order(client, step, random));
                }
            }
        }

        /** A new one, or one of those that any client has sent before. Few accounts pay most, so that money gets short. */
        private PaymentOrder order(int client, int step, Random random) {
            if (random.nextInt(3) == 0 && !orders.isEmpty()) {
                List<PaymentOrder> sent = List.copyOf(orders.values());
                return sent.get(random.nextInt(sent.size()));
            }
            int payer = random.nextInt(random.nextBoolean() ? 5 : ACCOUNTS);
            int payee = (payer + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            var order = new PaymentOrder("order-" + client + "-" + step, account(payer), account(payee),
                    new Money(1 + random.nextInt(300), "EUR"));
            orders.put(order.orderId(), order);
            return order;
        }

        /** An order whose answer was lost is as good as not sent: somebody repeats it. */
        private boolean pay(Payments payments, PaymentOrder order) {
            Fate fate;
            try {
                fate = new Fate.Settled(now(payments.pay(order)).value());
            } catch (CompletionException e) {
                if (!(StageFailures.cause(e) instanceof DomainProblemException refused)) {
                    return false;
                }
                assertThat(refused.kind()).isEqualTo(PaymentProblem.INSUFFICIENT_FUNDS);
                fate = new Fate.Refused();
            }
            Fate before = fates.putIfAbsent(order.orderId(), fate);
            assertThat(before == null ? fate : before).as("%s", order).isEqualTo(fate);
            return true;
        }

        /** Each order is repeated until it is answered. */
        private void settle() {
            for (PaymentOrder order : orders.values()) {
                boolean answered = false;
                while (!answered) {
                    answered = pay(running.get(0).payments(), order);
                }
            }
        }

        private void verify(Payments payments) {
            var expected = new long[ACCOUNTS];
            Arrays.fill(expected, DEPOSIT);
            var settled = new ArrayList<PaymentOrder>();
            fates.forEach((orderId, fate) -> {
                switch (fate) {
                    case Fate.Settled(Payment payment) -> {
                        assertThat(payment.balance()).isNotNegative();
                        assertThat(now(payments.payment(orderId))).isEqualTo(payment);
                        settled.add(payment.order());
                    }
                    case Fate.Refused() ->
                        assertThat(problem(payments.payment(orderId))).isEqualTo(PaymentProblem.UNKNOWN_PAYMENT);
                }
            });
            for (PaymentOrder order : settled) {
                expected[number(order.payer())] -= order.money().amount();
                expected[number(order.payee())] += order.money().amount();
            }
            long[] balances = IntStream.range(0, ACCOUNTS)
                    .mapToLong(i -> now(payments.account(account(i))).balance()).toArray();
            assertThat(balances).containsExactly(expected);
            assertThat(LongStream.of(balances).allMatch(balance -> balance >= 0)).isTrue();
            assertThat(LongStream.of(balances).sum()).isEqualTo(ACCOUNTS * DEPOSIT);
            assertThat(fates.keySet()).isEqualTo(orders.keySet());
            assertThat(settled).as("some are settled, and some are refused").isNotEmpty()
                    .hasSizeLessThan(orders.size());
        }

        private static int number(String account) {
            return Integer.parseInt(account.substring("account-".length()));
        }
    }
}
