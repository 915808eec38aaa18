package io.tallygate.contract;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.TestAbortedException;

/**
 * What every class of the suite stands on: one deployment, started before the first test and gone after the last, and
 * names that no other test uses. A failure shows the seed and the end of the deployment's log.
 */
@ExtendWith(NeedsConsul.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
abstract class Suite {

    private static final int LOG_TAIL_CHARACTERS = 6_000;

    final Seed seed = Seed.chosen();
    private final String type = seed.name("likes");
    final StoreServer store = newStore();
    final Deployment deployment = Deployments.with(launch(), store);
    final Api api = new Api(deployment.baseUrl());
    final CounterApi counterApi = new CounterApi(api);

    @RegisterExtension
    final AfterTestExecutionCallback circumstances = context -> context.getExecutionException()
            .filter(failure -> !(failure instanceof TestAbortedException))
            .ifPresent(failure -> System.out.println(context.getDisplayName() + " failed with " + seed
                    + "; the deployment's log ends:\n" + tail(deployment.log())));

    /** What this class's deployment is told besides the defaults. Called before the subclass has fields. */
    Launch launch() {
        return Launch.patient();
    }

    /** What this class's deployment keeps its counters in. Called before the subclass has fields. */
    StoreServer newStore() {
        return Stores.fresh();
    }

    @BeforeAll
    void startDeployment() {
        System.out.println(getClass().getSimpleName() + ": " + seed);
        deployment.start();
    }

    @AfterAll
    void endDeployment() {
        deployment.close();
        store.close();
    }

    /** A counter that nothing has touched, of a type that it shares with others of this class. */
    final Counter freshCounter() {
        return new Counter(seed.name("item"), type);
    }

    /** Counters that nothing has touched, of a type that is theirs alone. */
    final List<Counter> freshCounters(int count) {
        String type = seed.name("views");
        return IntStream.range(0, count).mapToObj(i -> new Counter(seed.name("item"), type)).toList();
    }

    private static String tail(String log) {
        return log.substring(Math.max(0, log.length() - LOG_TAIL_CHARACTERS));
    }
}
