package io.tallygate.degradation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

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
        try {
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status >= FIRST_ERROR) {
                throw new IllegalStateException("it answers " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the process stops", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
