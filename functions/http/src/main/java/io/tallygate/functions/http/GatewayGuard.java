package io.tallygate.functions.http;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.access.Tokens;

/**
 * Stops the start of a function that asks nobody for a token: unless {@code tallygate.access} is {@code gateway}, by which
 * the operator says that the gateway lets only those pass who may do everything.
 */
@Context
final class GatewayGuard {

    GatewayGuard(Tokens tokens, PropertyResolver properties) {
        String access = FunctionHttpSettingGroup.ACCESS.in(name -> properties.getProperty(name, String.class));
        if (access.equals(FunctionHttpSettingGroup.BY_TOKENS) && tokens.isEmpty()) {
            throw new ConfigurationException("no token is configured: set tallygate.tokens.<name>.sha256 and .scopes,"
                    + " or set " + FunctionHttpSettingGroup.ACCESS
                    + " to gateway when the gateway itself (AWS_IAM, an authorizer) lets only"
                    + " those pass who may do everything");
        }
    }
}
