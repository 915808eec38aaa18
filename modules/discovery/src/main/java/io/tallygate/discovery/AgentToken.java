package io.tallygate.discovery;

import io.micronaut.context.annotation.Requires;
import io.micronaut.discovery.consul.client.v1.ConsulAslTokenFilter;
import io.micronaut.discovery.consul.client.v1.ConsulClient;
import io.micronaut.http.annotation.Filter;

/** The library's own filter, which would be switched on with all the rest of it. */
@Filter(patterns = "/v1/**", serviceId = ConsulClient.SERVICE_ID)
@Requires(beans = AgentConfiguration.class)
final class AgentToken extends ConsulAslTokenFilter {

    AgentToken(AgentConfiguration configuration) {
        super(configuration);
    }
}
