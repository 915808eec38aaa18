package io.tallygate.http;

import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.tallygate.access.Scope;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The scope that a token needs for this route. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@SecurityRequirement(name = ApiDescription.SECURITY)
public @interface RequiresScope {

    /** One of those that a token lists; none includes another. */
    Scope value();
}
