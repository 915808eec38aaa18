package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients pay at once: the sum of all accounts stays what was deposited, whatever dies in between. */
@EveryStore
class PaymentConcurrencyIT extends PaymentSuite {

    private static final int CLIENTS = 32;
    private static final int KILL_ROUNDS = 3;
    private static final long DEPOSIT = 100;

    private record Order(String id, String payer, String payee, long amount) {}

    /** What was answered, by order. */
    private final Map<Order, Answer> answers = new ConcurrentHashMap<>();

    @Test
    void randomPaymentsKeepTheSumAndNoBalanceGoesBelow0() {
        List<String> accounts = accounts(100);
        Set<Order> orders = ConcurrentHashMap.newKeySet();
        Clients.atOnce(CLIENTS, client -> {
            RandomGenerator random = seed.random(client);
            for (int i = 0; i < 20; i++) {
                Order order = order(accounts, random);
                orders.add(order);
                for (int repeats = random.nextInt(1, 3); repeats > 0; repeats--) {
                    hear(order, pay(order));
                }
            }
            return client;
        });
        verify(accounts, orders);
    }

    @Test
    void oneOrderFromManyClientsMovesMoneyOnce() {
        String payer = freshAccount(DEPOSIT);
        String payee = freshAccount(1);
        String order = freshOrder();
        List<Integer> statuses = Clients.atOnce(CLIENTS, _ -> {
            Answer answer = payments.pay(order, payer, payee, 60);
            assertThat(answer).hasStatusIn(200, 201);
            return answer.status();
        });
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(payments.balance(payer)).isEqualTo(40);
        assertThat(payments.balance(payee)).isEqualTo(61);
    }

    @Test
    void oneAccountIsSpentToTheLastUnitAndNoFurther() {
        String payer = freshAccount(DEPOSIT);
        String payee = freshAccount(1);
        List<Integer> settled = Clients.atOnce(CLIENTS, _ -> {
            int mine = 0;
            for (int i = 0; i < 5; i++) {
                Answer answer = payments.pay(freshOrder(), payer, payee, 1);
                assertThat(answer).hasStatusIn(201, 409);
                mine += answer.status() == 201 ? 1 : 0;
            }
            return mine;
        });
        assertThat(settled.stream().mapToInt(Integer::intValue).sum()).isEqualTo((int) DEPOSIT);
        assertThat(payments.balance(payer)).isZero();
        assertThat(payments.balance(payee)).isEqualTo(1 + DEPOSIT);
    }

    @Test
    void anAccountBeginsOnceWhoeverDepositsFirst() {
        String account = seed.name("account");
        Clients.atOnce(CLIENTS, _ -> {
            assertThat(payments.deposit(account, 3, "EUR", seed.name("key"))).isOk();
            return 0;
        });
        assertThat(payments.balance(account)).isEqualTo(3L * CLIENTS);
    }

    /**
     * Clients pay until the process is killed; after each start they repeat what they had no answer to. What was acknowledged
     * is there, and no order moves money twice.
     */
    @Test
    @OwnDeployment
    @Timeout(600)
    void killedAgainAndAgainTheSumStays() {
        List<String> accounts = accounts(20);
        Set<Order> orders = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < KILL_ROUNDS; round++) {
            payUntilKilled(accounts, round, orders);
            deployment.start();
            for (Order order : orders) {
                hear(order, pay(order));
            }
            verify(accounts, orders);
        }
    }

    private List<String> accounts(int count) {
        return IntStream.range(0, count).mapToObj(_ -> freshAccount(DEPOSIT)).toList();
    }

    private Order order(List<String> accounts, RandomGenerator random) {
        int payer = random.nextInt(accounts.size());
        int payee = (payer + random.nextInt(1, accounts.size())) % accounts.size();
        return new Order(freshOrder(), accounts.get(payer), accounts.get(payee), random.nextLong(1, 60));
    }

    private Answer pay(Order order) {
        return payments.pay(order.id(), order.payer(), order.payee(), order.amount());
    }

    /** Each repetition is answered as the first time. */
    private void hear(Order order, Answer answer) {
        assertThat(answer).hasStatusIn(200, 201, 409);
        if (answer.status() == 409) {
            assertThat(answer).isProblem("insufficient-funds");
        }
        Answer before = answers.putIfAbsent(order, answer);
        if (before != null) {
            assertThat(answer.json()).as("%s (%s)", order, seed).isEqualTo(before.json());
        }
    }

    private void verify(List<String> accounts, Set<Order> orders) {
        var expected = new HashMap<String, Long>();
        accounts.forEach(account -> expected.put(account, DEPOSIT));
        List<Order> settled = answers.entrySet().stream()
                .filter(answered -> orders.contains(answered.getKey()) && answered.getValue().status() != 409)
                .map(Map.Entry::getKey).toList();
        for (Order order : settled) {
            expected.merge(order.payer(), -order.amount(), Long::sum);
            expected.merge(order.payee(), order.amount(), Long::sum);
        }
        assertThat(answers.keySet()).containsAll(orders);
        assertThat(settled).isNotEmpty();
        var balances = new HashMap<String, Long>();
        accounts.forEach(account -> balances.put(account, payments.balance(account)));
        assertThat(balances).as("%s", seed).isEqualTo(expected);
        assertThat(balances.values()).as("%s", seed).allMatch(balance -> balance >= 0);
        assertThat(balances.values().stream().mapToLong(Long::longValue).sum()).as("%s", seed)
                .isEqualTo(accounts.size() * DEPOSIT);
    }

    private void payUntilKilled(List<String> accounts, int round, Set<Order> orders) {
        int goal = answers.size() + seed.random(round).nextInt(20, 200);
        var killer = Thread.ofPlatform().daemon().start(() -> {
            Await.until(Duration.ofSeconds(60), "enough is answered", () -> answers.size() >= goal);
            deployment.kill();
        });
        Clients.atOnce(16, client -> {
            RandomGenerator random = seed.random(100L * round + client);
            for (int i = 0; i < 100_000; i++) {
                Order order = order(accounts, random);
                orders.add(order);
                try {
                    hear(order, pay(order));
                } catch (AssertionError e) {
                    if (String.valueOf(e.getMessage()).contains("got no answer")) {
                        return client;
                    }
                    throw e;
                }
            }
            return client;
        });
        try {
            killer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
