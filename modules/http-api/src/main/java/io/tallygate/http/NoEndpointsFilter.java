package io.tallygate.http;

import io.micronaut.management.endpoint.EndpointSensitivityHandler;
import jakarta.inject.Singleton;

/**
 * Tells the framework that its filter for sensitive management endpoints is not needed: there are none here, and the
 * filter would run for every request.
 */
@Singleton
final class NoEndpointsFilter implements EndpointSensitivityHandler {}
