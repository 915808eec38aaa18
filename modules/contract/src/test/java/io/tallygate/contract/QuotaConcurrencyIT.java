package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients on one subject: its hard limit is reached exactly and never passed, whatever dies in between. */
@EveryStore
@SeveralInstances
class QuotaConcurrencyIT extends QuotaSuite {

    private static final int CLIENTS = 64;
    private static final int KILL_ROUNDS = 3;

    private final String type = freshType();

    @Test
    void sixtyFourClientsReachTheLimitExactly() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 1_000, "lifetime"));
        List<Integer> granted = Clients.atOnce(CLIENTS, _ -> {
            int mine = 0;
            for (int i = 0; i < 20; i++) {
                Answer answer = quotas.consume(subject, type, 1);
                assertThat(answer).hasStatusIn(200, 429);
                mine += answer.status() == 200 ? 1 : 0;
            }
            return mine;
        });
        assertThat(granted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1_000);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("1000");
    }

    @Test
    void amountsOfAllKindsNeverPassTheLimitAndAddUpToWhatIsUsed() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 2_000, "lifetime"), QuotaApi.limit(type, 1_500, "year"));
        List<Long> sums = Clients.atOnce(CLIENTS, client -> {
            RandomGenerator random = seed.random(client);
            long sum = 0;
            for (int i = 0; i < 10; i++) {
                sum += one(subject, random);
            }
            return sum;
        });
        long used = sums.stream().mapToLong(Long::longValue).sum();
        assertThat(used).as("%s", seed).isBetween(0L, 1_500L);
        assertThat(quotas.used(subject, type, "year")).as("%s", seed).isEqualByComparingTo(Long.toString(used));
        assertThat(quotas.used(subject, type, "lifetime")).as("%s", seed).isEqualByComparingTo(Long.toString(used));
        Answer rest = quotas.consume(subject, type, 2_000, "mode", "best_effort");
        assertThat(rest.json().at("/quotas/0/granted").longValue()).isEqualTo(1_500 - used);
    }

    /** Consumes, reserves or gives back something, and returns what is used for good by it. */
    private long one(String subject, RandomGenerator random) {
        long value = random.nextLong(1, 20);
        return switch (random.nextInt(3)) {
            case 0 -> {
                Answer answer = quotas.consume(subject, type, value, "mode", "best_effort");
                assertThat(answer).hasStatusIn(200, 429);
                yield answer.status() == 200 ? answer.json().at("/quotas/0/granted").longValue() : 0;
            }
            case 1 -> {
                Answer reserved = quotas.reserve(subject, type, value, "10m");
                assertThat(reserved).hasStatusIn(201, 429);
                if (reserved.status() == 429) {
                    yield 0;
                }
                long kept = random.nextLong(value + 1);
                Answer ended = quotas.commit(reserved.json().path("reservation_id").asText(),
                        Json.object("value", kept));
                assertThat(ended).isOk();
                yield kept;
            }
            default -> {
                Answer answer = quotas.consume(subject, type, value);
                assertThat(answer).hasStatusIn(200, 429);
                yield answer.status() == 200 ? value : 0;
            }
        };
    }

    @Test
    void oneKeyFromManyClientsCountsOnce() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 1_000, "lifetime"));
        String key = seed.name("key");
        Clients.atOnce(CLIENTS, client -> {
            assertThat(quotas.consumeWithKey(subject, type, 7, key)).isOk();
            return client;
        });
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("7");
    }

    @Test
    void aReservationHasOneEndWhoeverAsks() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 100, "lifetime"));
        String id = quotas.reserved(subject, type, 40, "10m");
        List<Integer> statuses = Clients.atOnce(16, client -> {
            Answer answer = client % 2 == 0
                    ? quotas.release(id)
                    : quotas.commit(id, Json.object("value", 1 + client));
            assertThat(answer).hasStatusIn(200, 409);
            return answer.status();
        });
        assertThat(statuses).contains(200);
        String state = quotas.reservation(id).json().path("state").asText();
        long committed = quotas.reservation(id).json().at("/quotas/0/committed").longValue();
        assertThat(state).isIn("released", "committed");
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo(Long.toString(committed));
    }

    /**
     * Clients consume with keys until the process is killed; after each start they repeat what they had no answer to. What was
     * acknowledged is there, nothing counts twice, and the limit stands.
     */
    @Test
    @OwnDeployment
    @Timeout(600)
    void killedAgainAndAgainTheLimitIsReachedExactly() {
        String subject = freshSubject();
        int limit = 3_000;
        quotas.settle(subject, QuotaApi.limit(type, limit, "lifetime"));
        var granted = new AtomicLong();
        Set<String> unknown = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < KILL_ROUNDS; round++) {
            consumeUntilKilled(subject, round, granted, unknown);
            deployment.start();
            assertThat(quotas.used(subject, type, "lifetime").longValueExact())
                    .as("%d granted, %d unknown (%s)", granted.get(), unknown.size(), seed)
                    .isBetween(granted.get(), granted.get() + unknown.size());
            for (String key : List.copyOf(unknown)) {
                Answer answer = quotas.consumeWithKey(subject, type, 1, key);
                assertThat(answer).hasStatusIn(200, 429);
                granted.addAndGet(answer.status() == 200 ? 1 : 0);
                unknown.remove(key);
            }
            assertThat(quotas.used(subject, type, "lifetime")).as("%s", seed)
                    .isEqualByComparingTo(Long.toString(granted.get()));
        }
        List<Map<String, Object>> rest = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            rest.add(QuotaApi.consumption(subject, type, 1));
        }
        while (granted.get() < limit) {
            Answer answer = quotas.batch(rest);
            assertThat(answer).hasStatusIn(200, 207);
            long more = answer.each("results", "status").stream().filter("granted"::equals).count();
            assertThat(more).isPositive();
            granted.addAndGet(more);
        }
        assertThat(granted.get()).isEqualTo(limit);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo(Integer.toString(limit));
        assertThat(quotas.consume(subject, type, 1)).hasStatus(429);
    }

    private void consumeUntilKilled(String subject, int round, AtomicLong granted, Set<String> unknown) {
        long goal = granted.get() + seed.random(round).nextLong(20, 200);
        var killer = Thread.ofPlatform().daemon().start(() -> {
            Await.until(QuotaApi.IN_EFFECT.multipliedBy(12), "enough is granted", () -> granted.get() >= goal);
            deployment.kill();
        });
        Clients.atOnce(CLIENTS, client -> {
            for (int i = 0; i < 100_000; i++) {
                String key = seed.name("key");
                unknown.add(key);
                try {
                    Answer answer = quotas.consumeWithKey(subject, type, 1, key);
                    assertThat(answer).hasStatusIn(200, 429);
                    granted.addAndGet(answer.status() == 200 ? 1 : 0);
                    unknown.remove(key);
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
