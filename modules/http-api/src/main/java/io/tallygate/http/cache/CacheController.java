package io.tallygate.http.cache;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.access.Scope;
import io.tallygate.cache.CacheProblem;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.http.Answers;
import io.tallygate.http.ApiDescription;
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.JsonBody;
import io.tallygate.http.PathIds;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The caches of the process that answers, over HTTP. */
@Controller(CacheController.PATH)
@Requires(beans = MultiLevelCaches.class)
final class CacheController {

    static final String PATH = "/api/v1/cache";

    private final MultiLevelCaches caches;

    CacheController(MultiLevelCaches caches) {
        this.caches = caches;
    }

    @Get
    @RequiresScope(Scope.READ)
    @Operation(tags = "Caches", operationId = "listCaches", summary = "Read what caches hold and have done",
            description = "Those of the process that answers, since its start")
    @ApiResponse(responseCode = "200", description = "all of them, by name",
            content = @Content(schema = @Schema(implementation = CacheSchemas.CachesShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> list(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> CompletableFuture.completedStage(caches.all()), CacheAnswers::list);
    }

    @Get("/{name:[^/]+}")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Caches", operationId = "getCache", summary = "Read what a cache holds and has done",
            description = "In the process that answers, since its start", parameters = {
                    @Parameter(name = "name", in = ParameterIn.PATH, required = true, description = CacheSchemas.NAME,
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "its figures",
            content = @Content(schema = @Schema(implementation = CacheSchemas.CacheShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-cache`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> CompletableFuture.completedStage(cache(request, 0)),
                CacheAnswers::cache);
    }

    @Post("/{name:[^/]+}/warm")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Caches", operationId = "warmCache", summary = "Have values in a cache before they are asked for",
            description = "In the process that answers, and in what processes share. At a bounded rate, 1000 keys a second "
                    + "unless set otherwise; answered when all is done",
            parameters = {
                    @Parameter(name = "name", in = ParameterIn.PATH, required = true,
                            description = CacheSchemas.NAME, schema = @Schema(type = "string"))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = CacheSchemas.WarmUpRequest.class)))
    @ApiResponse(responseCode = "200", description = "how many values are there now, and of how many keys that failed",
            content = @Content(schema = @Schema(implementation = CacheSchemas.WarmUpShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-cache`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "409",
            description = "`cache-without-loader`: only those who use it know where its values come from",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> warm(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.SETTLE, () -> {
            List<String> keys = JsonBody.read(request, body, WarmUpBody::read);
            return Answers.when(request, Asked.SETTLE, () -> {
                MultiLevelCache<?> cache = cache(request, 1);
                if (!cache.hasLoader()) {
                    throw new DomainProblemException(CacheProblem.CACHE_WITHOUT_LOADER,
                            "values of the cache " + cache.name()
                                    + " are loaded by those who use it; nothing was done");
                }
                return cache.warm(keys);
            }, CacheAnswers::warmed);
        });
    }

    @Delete("/{name:[^/]+}/{key:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Caches", operationId = "invalidateCached", summary = "Forget a value in every process",
            parameters = {
                    @Parameter(name = "name", in = ParameterIn.PATH, required = true, description = CacheSchemas.NAME,
                            schema = @Schema(type = "string")),
                    @Parameter(name = "key", in = ParameterIn.PATH, required = true, description = CacheSchemas.KEY,
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "202", description = CacheSchemas.PENDING,
            content = @Content(schema = @Schema(implementation = CacheSchemas.PendingShape.class)))
    @ApiResponse(responseCode = "204", description = CacheSchemas.SENT)
    @ApiResponse(responseCode = "404", description = "`unknown-cache`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> invalidate(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE, () -> {
            String key = PathIds.fromEnd(request.getPath(), 0, "key");
            Ids.require("key", key);
            return cache(request, 1).invalidate(key);
        }, CacheAnswers::invalidated);
    }

    @Delete("/{name:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Caches", operationId = "invalidateCache",
            summary = "Forget all values of a cache in every process",
            parameters = {
                    @Parameter(name = "name", in = ParameterIn.PATH, required = true, description = CacheSchemas.NAME,
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "202", description = CacheSchemas.PENDING,
            content = @Content(schema = @Schema(implementation = CacheSchemas.PendingShape.class)))
    @ApiResponse(responseCode = "204", description = CacheSchemas.SENT)
    @ApiResponse(responseCode = "404", description = "`unknown-cache`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> invalidateAll(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE, () -> cache(request, 0).invalidateAll(),
                CacheAnswers::invalidated);
    }

    private MultiLevelCache<?> cache(HttpRequest<?> request, int place) {
        return caches.find(PathIds.fromEnd(request.getPath(), place, "name"));
    }
}
