package io.tallygate.contract;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The function that serves the HTTP contract, behind a function URL. To stop it or to kill it is to do that
 * to all its execution environments, and to close the front: nobody else is there to start others.
 */
final class FunctionsHttp implements Deployment {

    static final String HANDLER = "io.tallygate.functions.http.HttpFunction";
    static final String ACCESS = "TALLYGATE_ACCESS";

    /** How many requests it answers at once. */
    static final int CONCURRENCY = 2;

    private final LambdaFunction function;
    private final int port = FreePorts.next();
    private @Nullable HttpListener front;

    FunctionsHttp(Path zip, Launch launch) {
        this.function = new LambdaFunction(zip, HANDLER, variables(launch), CONCURRENCY);
    }

    /** Without tokens, somebody in front has to decide who may come in. */
    private static Map<String, String> variables(Launch launch) {
        var variables = new TreeMap<>(launch.environment());
        if (variables.keySet().stream().noneMatch(name -> name.startsWith("TALLYGATE_TOKENS_"))) {
            variables.put(ACCESS, "gateway");
        }
        return variables;
    }

    @Override
    public void start() {
        function.start();
        front = HttpListener.on(port, GatewayFront.BODY_BYTES_MAX, new GatewayFront(function));
        try {
            Readiness.await(baseUrl(), Launch.START_DEADLINE, Optional::empty);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; its log is:\n" + log(), e);
        }
    }

    /** What its fronts invoke. */
    LambdaFunction function() {
        return function;
    }

    @Override
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The processes of its execution environments. */
    List<ProcessHandle> environments() {
        return function.environments().stream().map(ExecutionEnvironment::process).toList();
    }

    @Override
    public void requestStop() {
        closeFront();
        function.environments().forEach(ExecutionEnvironment::requestStop);
    }

    @Override
    public int awaitExit(Duration deadline) {
        int code = 0;
        for (ExecutionEnvironment environment : function.environments()) {
            code = Math.max(code, environment.awaitExit(deadline));
        }
        return code;
    }

    @Override
    public void kill() {
        closeFront();
        function.stop();
    }

    @Override
    public String log() {
        return function.log();
    }

    @Override
    public void close() {
        closeFront();
        function.close();
    }

    private void closeFront() {
        HttpListener open = front;
        if (open != null) {
            open.close();
        }
    }
}
