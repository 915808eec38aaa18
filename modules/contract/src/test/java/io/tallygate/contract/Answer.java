package io.tallygate.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AssertProvider;

/**
 * What came back: a status, headers and the body as text.
 *
 * @param request the request line, for messages
 */
record Answer(String request, int status, HttpHeaders headers, String body) implements AssertProvider<AnswerAssert> {

    private static final int SHOWN_BODY_MAX = 600;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + this, e);
        }
    }

    /** What each member of a list holds in this field, as text. */
    List<String> each(String list, String field) {
        var texts = new ArrayList<String>();
        json().path(list).forEach(member -> texts.add(member.path(field).asText()));
        return texts;
    }

    /** For {@code assertThat(answer)}. */
    @Override
    public AnswerAssert assertThat() {
        return new AnswerAssert(this);
    }

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The media type, without its parameters. */
    String mediaType() {
        return header("Content-Type").split(";", 2)[0].strip();
    }

    @Override
    public String toString() {
        String shown = body.length() <= SHOWN_BODY_MAX ? body : body.substring(0, SHOWN_BODY_MAX) + "…";
        return request + " answered " + status + " " + headers.map() + " " + shown;
    }
}
