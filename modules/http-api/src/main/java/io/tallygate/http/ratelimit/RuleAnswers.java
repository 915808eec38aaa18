package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.tallygate.http.Answers;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.rules.RuleBook;
import io.tallygate.ratelimit.rules.RuleDocument;
import io.tallygate.ratelimit.rules.RuleProblem;
import io.tallygate.ratelimit.rules.RulesRefusedException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Rules, and what is wrong with them, as answers. */
final class RuleAnswers {

    private static final MediaType YAML = MediaType.of("application/yaml");

    private RuleAnswers() {}

    static HttpResponse<byte[]> list(List<RuleBook.Active> rules) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("rules");
            for (RuleBook.Active active : rules) {
                out.writeStartObject();
                out.writeStringField("domain", active.domain());
                out.writeStringField("origin", active.origin().name().toLowerCase(Locale.ROOT));
                out.writeStringField("etag", active.document().etag());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** As it was written, which is JSON where it begins with a brace. */
    static HttpResponse<byte[]> document(RuleDocument document) {
        byte[] bytes = document.bytes();
        return HttpResponse.ok(bytes).contentType(isJson(bytes) ? MediaType.APPLICATION_JSON_TYPE : YAML)
                .header(HttpHeaders.ETAG, '"' + document.etag() + '"');
    }

    private static boolean isJson(byte[] bytes) {
        int first = 0;
        while (first < bytes.length && Character.isWhitespace(bytes[first])) {
            first++;
        }
        return first < bytes.length && bytes[first] == '{';
    }

    static HttpResponse<byte[]> validation(List<RuleProblem> problems) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeBooleanField("valid", problems.isEmpty());
            out.writeArrayFieldStart("problems");
            for (RuleProblem problem : problems) {
                out.writeStartObject();
                out.writeStringField("file", problem.file());
                out.writeNumberField("line", problem.line());
                out.writeStringField("key", problem.key());
                out.writeStringField("message", problem.message());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** The same change, which refuses a wrong document as a problem that names everything that is wrong with it. */
    static <T> CompletionStage<T> refusedByName(Supplier<CompletionStage<T>> change) {
        try {
            return change.get();
        } catch (RulesRefusedException e) {
            throw new ProblemException(Problem.invalid(e.problems().stream().map(RuleAnswers::invalid).toList()));
        }
    }

    private static InvalidInputException invalid(RuleProblem problem) {
        String line = problem.line() == 0 ? "" : "line " + problem.line() + ": ";
        return new InvalidInputException("body", problem.key(), line + problem.message());
    }
}
