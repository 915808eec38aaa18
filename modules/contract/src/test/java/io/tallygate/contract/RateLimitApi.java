package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Rate limits as a caller uses them. Safe for use by several threads. */
final class RateLimitApi {

    static final String PATH = "/api/v1/ratelimit";
    static final String CHECK = PATH + "/check";
    static final String CHECK_BATCH = PATH + "/check-batch";

    /** A change of rules is in effect everywhere so long after its answer. */
    static final Duration IN_EFFECT = Duration.ofSeconds(5);

    /** As many as answer in turn, where several do. */
    private static final int PROCESSES_MAX = 2;

    private final Api api;
    private final Optional<Path> files;

    RateLimitApi(Api api) {
        this(api, Optional.empty());
    }

    /** @param files the directory that rules are read from; empty where callers store them */
    RateLimitApi(Api api, Optional<Path> files) {
        this.api = api;
        this.files = files;
    }

    static String rules(String domain) {
        return PATH + "/rules/" + URLEncoder.encode(domain, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Answers when every process has what was stored: as many as answer in turn have been asked for it. */
    Answer put(String domain, String yaml, String... headers) {
        Answer stored = putAtOnce(domain, yaml, headers);
        if (stored.status() == 200) {
            awaitEverywhere(domain, stored);
        }
        return stored;
    }

    /** Returns when every process has the version of a domain's rules that an answer tells. */
    void awaitEverywhere(String domain, Answer stored) {
        awaitInTurn("the rules are in effect",
                () -> api.get(rules(domain)).header("ETag").equals(stored.header("ETag")));
    }

    /** Returns when no process has rules of a domain. */
    void awaitNowhere(String domain) {
        awaitInTurn("the rules are gone", () -> api.get(rules(domain)).status() == 404);
    }

    /** One after the other, as many as answer in turn. */
    private static void awaitInTurn(String what, BooleanSupplier holds) {
        Await.until(IN_EFFECT.multipliedBy(12), what,
                () -> IntStream.range(0, PROCESSES_MAX).allMatch(_ -> holds.getAsBoolean()));
    }

    /** Answers when one process has what was stored. */
    Answer putAtOnce(String domain, String yaml, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/yaml";
        return api.send("PUT", rules(domain), BodyPublishers.ofString(yaml), all);
    }

    /** Has one rule for a key of a fresh domain, written in YAML's short form: stored by a call, else in a file. */
    void rule(String domain, String key, String rateLimit) {
        String document = "domain: " + domain + "\ndescriptors:\n  - key: " + key + "\n    rate_limit: " + rateLimit
                + "\n";
        if (files.isEmpty()) {
            assertThat(put(domain, document)).isOk();
            return;
        }
        try {
            Path written = Files.writeString(files.get().resolve(domain + ".new"), document);
            Files.move(written, files.get().resolve(domain + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitRule(domain, key);
    }

    /** Returns when a domain's rule for a key is in effect and its store is asked. */
    void awaitRule(String domain, String key) {
        Await.until(IN_EFFECT.multipliedBy(12), "the rules are in effect, and the store counts by them", () -> {
            JsonNode info = info(domain, key, "nobody").json();
            return !info.path("limits").isEmpty() && info.path("source").asText().equals("store");
        });
    }

    /** A question with one descriptor of one entry; more members come as pairs. */
    static Map<String, Object> question(String domain, String key, String value, Object... more) {
        var members = Json.object("domain", domain, "descriptors",
                List.of(Json.object("entries", List.of(Json.object("key", key, "value", value)))));
        members.putAll(Json.object(more));
        return members;
    }

    Answer check(String domain, String key, String value, Object... more) {
        return api.post(CHECK, question(domain, key, value, more));
    }

    Answer batch(List<? extends Map<String, Object>> checks) {
        return api.post(CHECK_BATCH, Json.object("checks", checks));
    }

    Answer info(String domain, String key, String value) {
        return api.get(PATH + "/info?domain=" + domain + "&" + key + "=" + value);
    }

    Answer renew(String lease) {
        return api.post(PATH + "/renew", Json.object("lease_id", lease));
    }

    Answer release(String lease) {
        return api.post(PATH + "/release", Json.object("lease_id", lease));
    }
}
