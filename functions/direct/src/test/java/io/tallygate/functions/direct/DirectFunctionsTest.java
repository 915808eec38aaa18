package io.tallygate.functions.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.TestStore;
import io.tallygate.kernel.Await;
import io.tallygate.quota.Datum;
import io.tallygate.quota.Quotas;
import io.tallygate.recommendation.Recommendations;
import io.tallygate.recommendation.Recommended;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The handlers as objects; the contract's functions run them as Lambda does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectFunctionsTest {

    /** What Lambda says about an invocation, at which these handlers do not look. */
    private static final Context WITH_TIME = (Context) Proxy.newProxyInstance(Context.class.getClassLoader(),
            new Class<?>[]{Context.class}, (_, method, _) -> {
                if (method.getName().equals("getRemainingTimeInMillis")) {
                    return 60_000;
                }
                throw new UnsupportedOperationException(method.getName());
            });

    private final TestStore store = new TestStore();
    private final ApplicationContext context = store.start();

    @BeforeAll
    void start() throws IOException {
        assertThat(invoke(new IncrementFunction(context), increment("start", 1))).contains("\"value\":1");
    }

    @AfterAll
    void stop() {
        context.close();
        store.close();
    }

    @Test
    void increment_ofAGoodDocument_answersTheValue() throws IOException {
        assertThat(invoke(new IncrementFunction(context), increment("a", 5)))
                .isEqualTo("{\"resource_id\":\"a\",\"counter_type\":\"likes\",\"value\":5}");
    }

    @Test
    void increment_thatBreaksARule_answersAProblem() throws IOException {
        assertThat(invoke(new IncrementFunction(context), increment("b", 0))).contains("\"status\":400", "delta");
    }

    @Test
    void batchIncrement_thenGet_seesTheSum() throws IOException {
        assertThat(invoke(new BatchIncrementFunction(context),
                "{\"operations\":[" + increment("c", 1) + "," + increment("c", 2) + "]}"))
                .contains("\"value\":1", "\"value\":3");
        assertThat(invoke(new GetFunction(context), "{\"resource_id\":\"c\",\"counter_type\":\"likes\"}"))
                .contains("\"value\":3");
    }

    /** Of incrementing, of batches, of records and of messages: what is told before the answer is known to the next invocation. */
    @Test
    void increments_ofUsers_areFoldedBeforeTheAnswer() throws IOException {
        try (ApplicationContext enabled = store.start("TALLYGATE_RECOMMENDATIONS_ENABLED", "true")) {
            for (String increment : List.of(of("ada", "tea"), of("ada", "cup"), of("bob", "tea"))) {
                invoke(new IncrementFunction(enabled), increment);
            }
            assertThat(recommended(enabled, "bob")).containsExactly("cup");

            invoke(new BatchIncrementFunction(enabled), "{\"operations\":[" + of("cyd", "pen") + "," + of("cyd", "ink")
                    + "," + of("dan", "pen") + "]}");
            assertThat(recommended(enabled, "dan")).containsExactly("ink");

            invoke(new KafkaFunction(enabled), kafka("dev-counter_events", record(1, of("eve", "bow")),
                    record(2, of("eve", "arrow")), record(3, of("fay", "bow"))));
            assertThat(recommended(enabled, "fay")).containsExactly("arrow");

            invoke(new SqsFunction(enabled), sqs(of("gus", "map"), of("gus", "key"), of("hal", "map")));
            assertThat(recommended(enabled, "hal")).containsExactly("key");
        }
    }

    private static String sqs(String... bodies) {
        return IntStream.range(0, bodies.length).mapToObj(i -> """
                {"messageId":"u-%d","body":"%s","attributes":{"SentTimestamp":"7"},
                "eventSourceARN":"arn:aws:sqs:e:1:counter_events"}""".formatted(i, bodies[i].replace("\"", "\\\"")))
                .collect(Collectors.joining(",", "{\"Records\":[", "]}"));
    }

    private static List<String> recommended(ApplicationContext context, String user) {
        return context.getBean(Recommendations.class).recommend(user, 10).toCompletableFuture().join().items().stream()
                .map(Recommended::resourceId).toList();
    }

    private static String of(String user, String resource) {
        return "{\"resource_id\":\"" + resource + "\",\"counter_type\":\"views\",\"delta\":1,\"user_id\":\"" + user
                + "\"}";
    }

    private static String kafka(String topic, String... records) {
        return "{\"eventSourceArn\":\"arn\",\"records\":{\"" + topic + "-0\":["
                + String.join(",", records).replace("\"topic\":\"t\"", "\"topic\":\"" + topic + "\"") + "]}}";
    }

    @Test
    void kafka_ofATopicOfEvents_handlesThemOnceAndKeepsWhatCannotBe() throws IOException {
        String event = kafka("prod-counter_events", record(1, increment("k", 1)), record(2, "poison"),
                record(3, increment("k", 2)));
        for (int delivery = 0; delivery < 2; delivery++) {
            assertThat(invoke(new KafkaFunction(context), event)).isEqualTo("{\"batchItemFailures\":[]}");
            assertThat(invoke(new GetFunction(context), "{\"resource_id\":\"k\",\"counter_type\":\"likes\"}"))
                    .contains("\"value\":3");
        }
    }

    @Test
    void sqs_ofAQueueOfEvents_handlesThemOnce() throws IOException {
        String message = "{\"messageId\":\"m-%d\",\"body\":\"%s\",\"attributes\":{\"SentTimestamp\":\"7\"},"
                + "\"eventSourceARN\":\"arn:aws:sqs:e:1:counter_events\"}";
        String body = increment("q", 2).replace("\"", "\\\"");
        String event = "{\"Records\":[" + message.formatted(1, body) + "," + message.formatted(2, body) + ","
                + message.formatted(3, "poison") + "," + message.formatted(1, body) + "]}";
        for (int delivery = 0; delivery < 2; delivery++) {
            assertThat(invoke(new SqsFunction(context), event)).isEqualTo("{\"batchItemFailures\":[]}");
            assertThat(invoke(new GetFunction(context), "{\"resource_id\":\"q\",\"counter_type\":\"likes\"}"))
                    .contains("\"value\":4");
        }
        assertThatIOException().isThrownBy(() -> invoke(new SqsFunction(context),
                event.replace("counter_events", "other")));
    }

    @Test
    void kafka_withAPoisonedRecord_namesItAndAddsTheOthers() throws IOException {
        String event = "{\"eventSourceArn\":\"arn\",\"records\":{\"t-0\":[" + record(1, increment("d", 1)) + ","
                + record(2, "poison") + "," + record(3, increment("d", 2)) + "]}}";
        for (int delivery = 0; delivery < 2; delivery++) {
            assertThat(invoke(new KafkaFunction(context), event)).isEqualTo(
                    "{\"batchItemFailures\":[{\"itemIdentifier\":{\"partition\":\"t-0\",\"offset\":2}}]}");
        }
        assertThat(invoke(new GetFunction(context), "{\"resource_id\":\"d\",\"counter_type\":\"likes\"}"))
                .contains("\"value\":3");
    }

    @Test
    void kafka_withAValueThatIsNotBase64_namesItAndAddsTheOthers() throws IOException {
        String event = "{\"bootstrapServers\":\"b:9092,a:9092\",\"records\":{\"t-0\":[" + record(4, increment("e", 1))
                + ",{\"topic\":\"t\",\"partition\":0,\"offset\":5,\"value\":\"{}\"}," + record(6, increment("e", 2))
                + "]}}";
        for (String delivery : List.of(event, event.replace("b:9092,a:9092", "a:9092,b:9092"))) {
            assertThat(invoke(new KafkaFunction(context), delivery)).isEqualTo(
                    "{\"batchItemFailures\":[{\"itemIdentifier\":{\"partition\":\"t-0\",\"offset\":5}}]}");
        }
        assertThat(invoke(new GetFunction(context), "{\"resource_id\":\"e\",\"counter_type\":\"likes\"}"))
                .contains("\"value\":3");
    }

    @Test
    void quota_handlers_answerTheDocumentsOfTheContract() throws IOException {
        settle("acme");
        String one = "{\"subject\":\"acme\",\"quota_type\":\"calls\",\"value\":";
        assertThat(invoke(new QuotaCheckFunction(context), one + "10}")).contains("\"allowed\":true");
        assertThat(invoke(new QuotaConsumeFunction(context), one + "4,\"async\":true}"))
                .contains("\"allowed\":true", "\"used\":4");
        assertThat(invoke(new QuotaConsumeFunction(context), one + "7}"))
                .contains("\"status\":429", "quota-exceeded", "\"allowed\":false");
        assertThat(invoke(new QuotaConsumeBatchFunction(context),
                "{\"operations\":[" + one + "1}," + one + "0}," + one + "9}]}"))
                .contains("\"status\":\"granted\"", "\"status\":\"invalid\"", "\"status\":\"denied\"");
        String reserved = invoke(new QuotaReserveFunction(context), one + "2,\"ttl\":\"10m\"}");
        String id = reserved.replaceAll(".*\"reservation_id\":\"([^\"]+)\".*", "$1");
        assertThat(invoke(new QuotaCommitFunction(context), "{\"reservation_id\":\"" + id + "\",\"value\":1}"))
                .contains("\"state\":\"committed\"", "\"committed\":1");
        assertThat(invoke(new QuotaCommitFunction(context), "{\"value\":1}"))
                .contains("\"status\":400", "reservation_id");
    }

    @Test
    void purge_always_givesBackWhatIsDue() throws IOException {
        settle("late");
        String reserved = invoke(new QuotaReserveFunction(context),
                "{\"subject\":\"late\",\"quota_type\":\"calls\",\"value\":8,\"ttl\":\"1s\"}");
        assertThat(reserved).contains("\"held\":8");
        String check = "{\"subject\":\"late\",\"quota_type\":\"calls\",\"value\":10}";
        Await.until("it is given back", () -> {
            try {
                invoke(new PurgeFunction(context), "{}");
                return invoke(new QuotaCheckFunction(context), check).contains("\"allowed\":true");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void settle(String subject) {
        Quotas quotas = context.getBean(Quotas.class);
        quotas.putPlan("basic", new Datum.Members(Map.of("limits", new Datum.Items(List.of(new Datum.Members(Map.of(
                "quota_type", new Datum.Text("calls"), "limit", new Datum.Numeral("10"), "per",
                new Datum.Text("lifetime"))))))), null).toCompletableFuture().join();
        quotas.putSubject(subject, new Datum.Members(Map.of("plan", new Datum.Text("basic")))).toCompletableFuture()
                .join();
    }

    private static String increment(String resource, long delta) {
        return "{\"resource_id\":\"" + resource + "\",\"counter_type\":\"likes\",\"delta\":" + delta + "}";
    }

    private static String record(long offset, String value) {
        return "{\"topic\":\"t\",\"partition\":0,\"offset\":" + offset + ",\"timestamp\":1,\"value\":\""
                + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "\"}";
    }

    private static String invoke(RequestStreamHandler function, String event) throws IOException {
        var answer = new ByteArrayOutputStream();
        function.handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), answer,
                WITH_TIME);
        return answer.toString(StandardCharsets.UTF_8);
    }
}
