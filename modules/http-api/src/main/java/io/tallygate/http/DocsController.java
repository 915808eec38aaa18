package io.tallygate.http;

import io.micronaut.core.io.ResourceLoader;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The API's description, and a page that shows it. All of it comes from this module's own resources. */
@Controller
final class DocsController {

    private static final String CACHED_FOR_A_DAY = "max-age=86400";
    private static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";

    /** The page's component sets styles of its own and talks to this server alone. */
    private static final String OWN_RESOURCES_ONLY = "default-src 'none'; script-src 'self'; "
            + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final byte[] description;
    private final byte[] page;
    private final byte[] script;

    DocsController(ResourceLoader resources) {
        this.description = bytes(resources, "META-INF/swagger/openapi.yml");
        this.page = bytes(resources, "io/tallygate/http/docs.html");
        this.script = bytes(resources, "META-INF/swagger/views/rapidoc/res/rapidoc-min.js");
    }

    @Get("/")
    @Operation(tags = "Operations", operationId = "home", summary = "Leads to the description")
    @ApiResponse(responseCode = "302", description = "to `docs`")
    HttpResponse<byte[]> home() {
        return redirect(HttpStatus.FOUND, "docs");
    }

    @Get("/favicon.ico")
    @Operation(tags = "Operations", operationId = "icon", summary = "What browsers ask for beside a page")
    @ApiResponse(responseCode = "204", description = "there is none")
    HttpResponse<byte[]> icon() {
        return HttpResponse.<byte[]>noContent().header(HttpHeaders.CACHE_CONTROL, CACHED_FOR_A_DAY);
    }

    @Get("/openapi.yml")
    @Operation(tags = "Operations", operationId = "openapi", summary = "This description")
    @ApiResponse(responseCode = "200", description = "OpenAPI 3 in YAML",
            content = @Content(mediaType = "application/yaml", schema = @Schema(type = "string")))
    HttpResponse<byte[]> description(HttpRequest<?> request) {
        return answer(request, Representation.YAML, description);
    }

    @Get("/docs")
    @Operation(tags = "Operations", operationId = "docs", summary = "This description as a page")
    @ApiResponse(responseCode = "200", description = "a page that loads nothing from elsewhere",
            content = @Content(mediaType = "text/html", schema = @Schema(type = "string")))
    HttpResponse<byte[]> page(HttpRequest<?> request) {
        if (request.getPath().endsWith("/")) {
            // The page finds its parts beside itself, wherever a gateway has put it.
            return redirect(HttpStatus.MOVED_PERMANENTLY, "../docs");
        }
        return answer(request, Representation.HTML, page).header(CONTENT_SECURITY_POLICY, OWN_RESOURCES_ONLY);
    }

    @Get("/docs/rapidoc-min.js")
    @Operation(tags = "Operations", operationId = "docsScript", summary = "The page's script")
    @ApiResponse(responseCode = "200", description = "RapiDoc",
            content = @Content(mediaType = "text/javascript", schema = @Schema(type = "string")))
    HttpResponse<byte[]> script(HttpRequest<?> request) {
        return answer(request, Representation.JAVASCRIPT, script)
                .header(HttpHeaders.CACHE_CONTROL, CACHED_FOR_A_DAY);
    }

    private static MutableHttpResponse<byte[]> answer(HttpRequest<?> request, Representation form, byte[] content) {
        form.requireAcceptedBy(request);
        return HttpResponse.ok(content).contentType(form.contentType());
    }

    /** @param reference relative, because a gateway may have put all of this below a path of its own */
    private static HttpResponse<byte[]> redirect(HttpStatus status, String reference) {
        return HttpResponse.<byte[]>status(status).header(HttpHeaders.LOCATION, reference);
    }

    private static byte[] bytes(ResourceLoader resources, String path) {
        try (InputStream in = resources.getResourceAsStream(path)
                .orElseThrow(() -> new IllegalStateException("the resource " + path + " is missing"))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
