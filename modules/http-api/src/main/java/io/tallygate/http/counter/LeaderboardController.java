package io.tallygate.http.counter;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.tallygate.access.Scope;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Window;
import io.tallygate.http.Answers;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemException;
import io.tallygate.http.QueryNames;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Leaderboards over HTTP. */
@Controller("/api/v1/leaderboard")
@Requires(beans = Counters.class)
final class LeaderboardController {

    private static final int LIMIT_DEFAULT = 10;
    private static final MemberNames PARAMETERS = MemberNames.of("window", "limit");

    private final LeaderboardReads boards;
    /** Those that this deployment keeps: some are added up in one process's memory. */
    private final List<String> windows;

    LeaderboardController(LeaderboardReads boards, PropertyResolver properties) {
        this.boards = boards;
        this.windows = LeaderboardSettingGroup.WINDOWS.in(name -> properties.getProperty(name, String.class));
    }

    @Get("/{counter_type:[^/]+}")
    @RequiresScope(Scope.READ)
    @CounterCalls.Top
    CompletionStage<HttpResponse<byte[]>> top(HttpRequest<?> request) {
        return Answers.whenRead(request,
                () -> boards.top(CounterPaths.counterType(request), window(request), limit(request)),
                Function.identity());
    }

    private Window window(HttpRequest<?> request) {
        QueryNames.requireNoneMisspelt(request, PARAMETERS);
        String label = request.getParameters().getFirst("window").orElse(Window.ALL.label());
        Window window = Window.of(label)
                .orElseThrow(() -> new InvalidInputException("window", label, "must be 1m, 1h, 24h or all"));
        if (!windows.contains(label)) {
            throw new ProblemException(Problem.of(GeneralProblem.NOT_SUPPORTED,
                    "this deployment keeps no leaderboard of the window " + label + ", only of "
                            + String.join(", ", windows)));
        }
        return window;
    }

    private static int limit(HttpRequest<?> request) {
        String text = request.getParameters().getFirst("limit").orElse(Integer.toString(LIMIT_DEFAULT));
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= Leaderboard.LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Told below, with the range.
        }
        throw new InvalidInputException("limit", text, "must be an integer from 1 to " + Leaderboard.LIMIT_MAX);
    }
}
