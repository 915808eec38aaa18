package io.tallygate.discovery;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The local Consul agent, over HTTP. Thread-safe.
 *
 * <p>Not micronaut-discovery-client, whose registrations have neither weights nor a check over gRPC.
 */
final class Agent implements AutoCloseable {

    /** Short, because a stop may have to wait for one request to end and another one to be made. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
    private static final int NOT_FOUND = 404;
    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String services;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_MAX).build();

    Agent(URI consul) {
        this.services = consul.toString().replaceAll("/+$", "") + "/v1/agent/service/";
    }

    /** Registers a service, in the place of an older one with its ID. */
    void register(Service service) throws IOException, InterruptedException {
        byte[] body = JSON.writeValueAsBytes(service.registration());
        expectOk(send(HttpRequest.newBuilder(URI.create(services + "register?replace-existing-checks=true"))
                .header("Content-Type", "application/json").PUT(BodyPublishers.ofByteArray(body))));
    }

    /** Returns when the service is not known, whether or not it was before. */
    void deregister(Service service) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest
                .newBuilder(URI.create(services + "deregister/" + encoded(service.id())))
                .PUT(BodyPublishers.noBody()));
        if (answer.statusCode() != NOT_FOUND) {
            expectOk(answer);
        }
    }

    boolean knows(Service service) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(services + encoded(service.id()))).GET());
        if (answer.statusCode() == NOT_FOUND) {
            return false;
        }
        expectOk(answer);
        return true;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(ANSWER_MAX).build(), BodyHandlers.ofString());
    }

    private static void expectOk(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != OK) {
            throw new IOException("Consul answered " + answer.statusCode() + " " + answer.body().strip());
        }
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
