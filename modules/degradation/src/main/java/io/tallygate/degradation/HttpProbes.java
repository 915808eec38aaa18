package io.tallygate.degradation;

import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.StageFailures;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks addresses over HTTP whether they answer. Thread-safe; blocks. */
final class HttpProbes implements AutoCloseable {

    private static final int FIRST_ERROR = 400;

    private final HttpClient client;
    private final Duration timeout;

    HttpProbes(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout).build();
    }

    /** As {@link io.tallygate.kernel.Dependency#ping}. */
    void ping(URI url) {
        var request = HttpRequest.newBuilder(url).timeout(timeout).header("User-Agent", "tallygate-probe").GET()
                .build();
        // The request's own time-out ends with the head of the answer.
        var sent = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            int status = sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS).statusCode();
            if (status >= FIRST_ERROR) {
                throw new IllegalStateException("it answers " + status);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(Reasons.of(StageFailures.cause(e)), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no whole answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the process stops", e);
        } finally {
            sent.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
