package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Functions around a snapshot: Lambda's own client calls their hooks before it, and after the restore. */
@FunctionsOnly
class SnapStartIT extends FunctionSuite {

    @Test
    void environmentsThatWereRestoredCountEveryIncrementOnce() {
        var variables = new TreeMap<>(store.settings());
        variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
        Counter counter = freshCounter();
        try (var function = new LambdaFunction(Deployments.functionZip("direct"), DirectFunctionsIT.INCREMENT,
                variables,
                2)) {
            function.start();
            assertThat(function.environments()).allMatch(ExecutionEnvironment::restored);
            for (int i = 1; i <= 6; i++) {
                assertThat(function.invoke(Json.text(Json.increment(counter, 5))).text()).as(function.log())
                        .contains("\"value\":" + 5 * i + "}");
            }
        }
        assertThat(value(counter)).isEqualTo(30);
    }
}
