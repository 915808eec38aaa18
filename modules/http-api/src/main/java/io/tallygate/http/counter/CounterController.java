package io.tallygate.http.counter;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.tallygate.access.Scope;
import io.tallygate.counter.BatchItem;
import io.tallygate.counter.Counters;
import io.tallygate.counter.IncrementBatch;
import io.tallygate.counter.InteractionListener;
import io.tallygate.http.Answers;
import io.tallygate.http.JsonBody;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Origin;
import io.tallygate.http.QueryNames;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Posting;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counters over HTTP. */
@Controller(CounterController.PATH)
@Requires(beans = Counters.class)
final class CounterController {

    static final String PATH = "/api/v1/counter";
    static final String INCREMENT = "/increment";

    private static final MemberNames PARAMETERS = MemberNames.of("consistency");

    private final Counters counters;
    private final FormerKeys formerKeys;
    private final CounterReads reads;
    private final Acceptance acceptance;
    private final @Nullable InteractionListener interactions;

    /** @param interactions null where nobody wants to know what users did */
    CounterController(Counters counters, CounterReads reads, Acceptance acceptance,
            @Nullable InteractionListener interactions) {
        this.counters = counters;
        this.formerKeys = new FormerKeys(counters, System::nanoTime);
        this.reads = reads;
        this.acceptance = acceptance;
        this.interactions = interactions;
    }

    @Post(INCREMENT)
    @RequiresScope(Scope.WRITE)
    @CounterCalls.Increment
    CompletionStage<HttpResponse<byte[]>> increment(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            RequestedIncrement asked = JsonBody.read(request, body, RequestedIncrement::single);
            BatchItem.Valid item = RequestedIncrement.valid(asked.item());
            Change.Add increment = item.increment();
            Origin origin = Origin.of(request);
            var write = new Posting(CounterKeys.ofSingle(origin, item.requestId(), increment), List.of(increment));
            return asked.async() ? accept(request, item, write) : commit(request, origin, item, write);
        });
    }

    private CompletionStage<HttpResponse<byte[]>> accept(HttpRequest<?> request, BatchItem.Valid item, Posting write) {
        return Answers.when(request, Asked.ADD, () -> acceptance.accept(write), _ -> {
            item.tell(interactions);
            return CounterAnswers.accepted(item.increment().row());
        });
    }

    private CompletionStage<HttpResponse<byte[]>> commit(
            HttpRequest<?> request, Origin origin, BatchItem.Valid item, Posting write) {
        IdempotencyKey former = CounterKeys.formerOfSingle(origin, item.increment());
        return Answers.when(request, Asked.ADD,
                () -> item.telling(interactions,
                        former == null ? counters.write(write) : formerKeys.write(write, former)),
                result -> CounterAnswers.committed(item.increment().row(), result,
                        write.key() == null ? "" : origin.keyCalled()));
    }

    @Post("/batch-increment")
    @RequiresScope(Scope.WRITE)
    @CounterCalls.BatchIncrement
    CompletionStage<HttpResponse<byte[]>> batchIncrement(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            RequestedBatch asked = JsonBody.read(request, body, RequestedBatch::read);
            Origin origin = Origin.of(request);
            IncrementBatch batch = asked.from(origin);
            return asked.async()
                    ? Answers.when(request, Asked.ADD, () -> batch.accept(acceptance::accept, interactions),
                            outcome -> BatchAnswers.accepted(origin, outcome))
                    : Answers.when(request, Asked.ADD, () -> batch.commit(counters, interactions),
                            outcome -> BatchAnswers.committed(origin, outcome));
        });
    }

    @Get("/{resource_id:[^/]+}/{counter_type:[^/]+}")
    @RequiresScope(Scope.READ)
    @CounterCalls.Get
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request,
                () -> reads.get(CounterPaths.counter(request), consistency(request)), Function.identity());
    }

    @Post("/batch")
    @RequiresScope(Scope.READ)
    @CounterCalls.GetAll
    CompletionStage<HttpResponse<byte[]>> getAll(HttpRequest<?> request, @Body byte[] body) {
        return Answers.whenRead(request,
                () -> reads.getAll(JsonBody.read(request, body, CounterQueries::read), consistency(request)),
                Function.identity());
    }

    @Delete("/{resource_id:[^/]+}/{counter_type:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @CounterCalls.Delete
    CompletionStage<HttpResponse<byte[]>> delete(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE,
                () -> counters.reset(CounterPaths.counter(request)), _ -> HttpResponse.noContent());
    }

    private static Consistency consistency(HttpRequest<?> request) {
        QueryNames.requireNoneMisspelt(request, PARAMETERS);
        String asked = request.getParameters().getFirst("consistency").orElse("cached");
        return switch (asked) {
            case "cached" -> Consistency.CACHED;
            case "strong" -> Consistency.STRONG;
            default -> throw new InvalidInputException("consistency", asked, "must be cached or strong");
        };
    }
}
