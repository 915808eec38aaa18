package io.tallygate.contract;

import static io.tallygate.contract.EventApi.COUNTER_EVENTS;
import static io.tallygate.contract.EventApi.event;
import static io.tallygate.contract.EventApi.increment;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The log of the event service is away: that alone is refused, in time, and who runs the deployment is told why. */
@LogIsAServer
@OwnDeployment
@SplitOnly
class EventLogAwayIT extends EventSuite {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LOG_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration MARGIN = Duration.ofSeconds(15);
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(COMMIT_TIMEOUT).with("TALLYGATE_SERVICES_BREAKER_CALLS", "4")
                .with(Launch.EVENT);
    }

    @Override
    StoreServer newStore() {
        return Stores.besideKafka(LOG_TIMEOUT);
    }

    private KafkaServer kafka() {
        return ((Stores.BesideKafka) store).kafka();
    }

    private boolean isKafkaNoted() {
        return StreamSupport.stream(api.get("/health").json().path("notes").spliterator(), false)
                .anyMatch(note -> note.asText().startsWith("event service: events: Kafka "));
    }

    @Test
    void withoutTheLogWhatIsAppendedIsRefusedInTimeAndAllElseIsServed() {
        var payments = new PaymentApi(api);
        String account = seed.name("account");
        payments.begin(account, 100);
        Counter counter = freshCounter();
        Await.until(RECOVERY, "events are taken", () -> events
                .append(COUNTER_EVENTS, List.of(event(seed.name("first"), "k", increment(counter, 1))))
                .status() == 202);
        events.settle(COUNTER_EVENTS);
        long before = counterApi.value(counter);
        assertThat(isKafkaNoted()).as("a note").isFalse();

        List<Map<String, Object>> appended = List.of(event(freshEvent(), "k", increment(counter, 1_000)));
        kafka().freeze();
        try {
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                assertThat(events.append(COUNTER_EVENTS, appended)).isUnavailable().isProblem("store-unavailable");
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(COMMIT_TIMEOUT.plus(MARGIN));
                assertThat(payments.balance(account)).isEqualTo(100);
                assertThat(api.get(EventApi.DLQ)).isOk();
            }
            assertThat(counterApi.increment(freshCounter(), 3)).isEqualTo(3);
            Await.until(RECOVERY, "health tells why", this::isKafkaNoted);
            assertThat(Readiness.isReady(api)).as("ready for all else").isTrue();
        } finally {
            kafka().thaw();
        }

        Await.until(RECOVERY, "events are taken again", () -> events.append(COUNTER_EVENTS, appended).status() == 202);
        Await.until(RECOVERY, "everything is done",
                () -> api.get(EventApi.path(COUNTER_EVENTS) + "/lag").status() == 200
                        && events.lag(COUNTER_EVENTS) == 0);
        assertThat(counterApi.value(counter)).isEqualTo(before + 1_000);
        Await.until(RECOVERY, "nothing is told any more", () -> !isKafkaNoted());
    }
}
