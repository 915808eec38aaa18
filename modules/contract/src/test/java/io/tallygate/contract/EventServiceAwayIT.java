package io.tallygate.contract;

import static io.tallygate.contract.EventApi.COUNTER_EVENTS;
import static io.tallygate.contract.EventApi.event;
import static io.tallygate.contract.EventApi.increment;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A service that is away takes down what it serves, and nothing else; what was appended has its effect when it is back. */
@OwnDeployment
@SplitOnly
class EventServiceAwayIT extends EventSuite {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration MARGIN = Duration.ofSeconds(15);
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(COMMIT_TIMEOUT).with(Launch.QUOTA).with(Launch.EVENT)
                .with("TALLYGATE_RECOMMENDATIONS_ENABLED", "true");
    }

    private SplitDeployment split() {
        return (SplitDeployment) deployment;
    }

    @Test
    void withoutTheEventServiceCountersAndQuotasGoOnAndEventsAndPaymentsAre503InTime() {
        var payments = new PaymentApi(api);
        var quotas = new QuotaApi(api);
        String account = seed.name("account");
        String subject = seed.name("subject");
        String type = seed.name("type");
        payments.begin(account, 100);
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        Counter counter = freshCounter();
        split().eventServices().forEach(service -> service.program().kill());

        var appended = List.of(event(freshEvent(), "k", increment(counter, 2)));
        for (Supplier<Answer> request : List.<Supplier<Answer>>of(() -> events.append(COUNTER_EVENTS, appended),
                () -> api.get(EventApi.DLQ), () -> payments.account(account),
                () -> payments.pay(seed.name("order"), account, seed.name("account"), 1))) {
            assertThat(inTime(request)).isUnavailable();
        }
        assertThat(counterApi.increment(counter, 3)).isEqualTo(3);
        assertThat(quotas.consume(subject, type, 1)).isOk();
        assertThat(Readiness.isReady(api)).as("ready for what the others serve").isTrue();

        split().eventServices().forEach(split()::launchEventService);
        Await.until(RECOVERY, "events are served again",
                () -> events.append(COUNTER_EVENTS, appended).status() == 202);
        events.settle(COUNTER_EVENTS);
        assertThat(counterApi.value(counter)).isEqualTo(5);
        assertThat(payments.balance(account)).isEqualTo(100);
    }

    @Test
    void withoutTheEventServiceWhatWasPopularIsToldAndWhatUsersDoIsKeptForIt() {
        String tea = seed.name("tea");
        String cup = seed.name("cup");
        String ada = seed.name("ada");
        String eve = seed.name("eve");
        touch(ada, tea);
        touch(ada, cup);
        Await.until(RECOVERY, "it is popular", () -> recommended(eve).body().contains(tea));
        split().eventServices().forEach(service -> service.program().kill());

        Answer answer = inTime(() -> recommended(eve));
        assertThat(answer).isOk();
        assertThat(answer.json().path("level").asText()).isEqualTo("degraded");
        assertThat(answer.json().path("source").asText()).isEqualTo("popular");
        assertThat(answer.body()).contains(tea);
        touch(eve, tea);

        split().eventServices().forEach(split()::launchEventService);
        Await.until(RECOVERY, "it is folded", () -> {
            Answer now = recommended(eve);
            return now.status() == 200 && now.json().path("source").asText().equals("personalized")
                    && now.body().contains(cup);
        });
    }

    private Answer recommended(String user) {
        return api.get("/api/v1/recommendations/" + user);
    }

    private void touch(String user, String resource) {
        assertThat(api.post("/api/v1/counter/increment",
                Json.object("resource_id", resource, "counter_type", "views", "user_id", user))).isOk();
    }

    @Test
    void withoutTheCounterServiceEventsAreAcceptedAndCountWhenItIsBack() {
        Counter counter = freshCounter();
        split().services().forEach(service -> service.program().kill());
        assertThat(events.append(COUNTER_EVENTS, List.of(event(freshEvent(), "k", increment(counter, 2)),
                event(freshEvent(), "k", increment(counter, 3))))).hasStatus(202);
        assertThat(events.lag(COUNTER_EVENTS)).isPositive();
        var payments = new PaymentApi(api);
        payments.begin(seed.name("account"), 7);

        split().services().forEach(split()::launchService);
        Await.until(RECOVERY, "everything is done", () -> events.lag(COUNTER_EVENTS) == 0);
        Await.until(RECOVERY, "counters are served again",
                () -> api.tryGet(counter.path()).filter(answer -> answer.status() == 200).isPresent());
        assertThat(counterApi.value(counter)).isEqualTo(5);
        assertThat(api.get(EventApi.DLQ).json().at("/topics/0/dead_letters").asLong(-1))
                .as("a service that is away is no event's fault").isZero();
    }

    private static Answer inTime(Supplier<Answer> request) {
        long start = System.nanoTime();
        Answer answer = request.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("the wait for: %s", answer)
                .isLessThan(COMMIT_TIMEOUT.plus(MARGIN));
        return answer;
    }
}
