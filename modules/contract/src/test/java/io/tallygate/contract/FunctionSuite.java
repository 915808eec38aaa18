package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What tests of functions that are invoked without HTTP stand on: a store, and the functions on it, each started once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class FunctionSuite {

    static final String PACKAGE = "io.tallygate.functions.direct.";

    private static final ObjectMapper JSON = new ObjectMapper();

    final Seed seed = Seed.chosen();
    final StoreServer store = Stores.fresh();
    private final Map<String, LambdaFunction> functions = new ConcurrentHashMap<>();

    @AfterAll
    void endFunctions() {
        functions.values().forEach(LambdaFunction::close);
        store.close();
    }

    final Counter freshCounter() {
        return new Counter(seed.name("item"), "likes");
    }

    /** The function's answer; a failed invocation fails the test. */
    final JsonNode invoke(String handler, String event) {
        ExecutionEnvironment.Outcome outcome = function(handler).invoke(event);
        assertThat(outcome.failed()).as("the invocation of %s failed: %s (%s)", handler, outcome.text(), seed)
                .isFalse();
        try {
            return JSON.readTree(outcome.text());
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + outcome.text(), e);
        }
    }

    /** Started at its first use. */
    final LambdaFunction function(String handler) {
        return functions.computeIfAbsent(handler, name -> {
            var function = new LambdaFunction(Deployments.functionZip("direct"), name,
                    Launch.patient().with(store.settings()).environment(), 1);
            function.start();
            return function;
        });
    }

    final long value(Counter counter) {
        return invoke(DirectFunctionsIT.GET, Json.text(Json.object("resource_id", counter.resourceId(),
                "counter_type", counter.counterType()))).path("value").longValue();
    }
}
