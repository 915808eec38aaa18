package io.tallygate.discovery;

import io.micronaut.discovery.consul.client.v1.ConsulClient;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/**
 * The local Consul agent, over HTTP. Thread-safe.
 *
 * <p>Its methods take no longer than {@link AgentConfiguration#ANSWER_MAX}. They return where Consul agrees, and where it
 * finds nothing (status 404); all else is thrown.
 */
@Client(id = ConsulClient.SERVICE_ID, configuration = AgentConfiguration.class)
interface Agent {

    /** Registers a service, in the place of an older one with its ID. */
    @Put("/v1/agent/service/register?replace-existing-checks=true")
    HttpResponse<?> register(@Body ServiceEntry service);

    @Put("/v1/agent/service/deregister/{id}")
    HttpResponse<?> deregister(String id);

    /** The instances of a service whose checks pass. */
    @Get("/v1/health/service/{name}?passing=1")
    List<HealthyInstance> healthy(String name);

    @Get("/v1/agent/service/{id}")
    HttpResponse<?> find(String id);
}
