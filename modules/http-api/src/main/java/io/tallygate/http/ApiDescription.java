package io.tallygate.http;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.annotations.tags.Tag;

/** What the OpenAPI description says about the API as a whole. */
@OpenAPIDefinition(info = @Info(title = "Tallygate", version = "v1", license = @License(name = "MIT"), description = """
        Counts, meters what subjects use of their quotas, and takes events that do the same. An increment, and a \
        consumption, is answered after its store has committed it.

        Every error is `application/problem+json` (RFC 9457): its `type` is a stable name such as \
        `urn:tallygate:problem:counter-overflow`, and `errors` lists each field that breaks a rule with its \
        value and the rule.

        A request repeated with the same `Idempotency-Key` or `request_id` gets the same answer for 24 hours \
        and has one effect; its header `Idempotency-Replayed: true` says that it was decided before.

        Members that are not described are ignored, unless they look like a described one; a member that is \
        null is as good as absent.

        When tokens are configured, requests carry `Authorization: Bearer <token>`. A token has any of the \
        scopes read, write and admin; none includes another. One with the scope priority may say `low`, `normal` or \
        `high` in the header `Tallygate-Priority`: what is less important is refused first when there is too much.

        While something is away that an answer needs, reads are answered as well as they can be, with the header \
        `Tallygate-Degradation: degraded`."""), tags = {@Tag(name = "Counters"),
        @Tag(name = "Leaderboards"), @Tag(name = "Quotas"), @Tag(name = "Reservations"), @Tag(name = "Subjects"),
        @Tag(name = "Plans"), @Tag(name = "Payments"), @Tag(name = "Rate limits"), @Tag(name = "Events"),
        @Tag(name = "Dead letters"), @Tag(name = "Caches"), @Tag(name = "Degradation"), @Tag(name = "Recommendations"),
        @Tag(name = "Operations")})
@SecurityScheme(name = "token", type = SecuritySchemeType.HTTP, scheme = "bearer",
        description = "Needed only when tokens are configured")
public final class ApiDescription {

    /** The name of the security scheme. */
    public static final String SECURITY = "token";
    /** The media type of problems. */
    public static final String PROBLEM = "application/problem+json";
    /** What an idempotency key may be, and does. */
    public static final String KEY = "1 to 256 bytes of UTF-8 without control characters. "
            + "The same key gives the same answer for 24 hours, and one effect";

    private ApiDescription() {}
}
