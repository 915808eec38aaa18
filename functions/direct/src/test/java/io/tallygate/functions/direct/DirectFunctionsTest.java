package io.tallygate.functions.direct;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.TestStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The handlers as objects; the contract's functions run them as Lambda does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectFunctionsTest {

    /** What Lambda says about an invocation, at which these handlers do not look. */
    private static final Context UNUSED = (Context) Proxy.newProxyInstance(Context.class.getClassLoader(),
            new Class<?>[]{Context.class}, (_, method, _) -> {
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
                UNUSED);
        return answer.toString(StandardCharsets.UTF_8);
    }
}
