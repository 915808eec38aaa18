/**
 * Rate limits over gRPC: the service of Tallygate's own, and that of Envoy's protocol, in place of its reference service.
 * Both ask the same rules.
 *
 * <p><b>Own service.</b> {@link io.tallygate.grpc.ratelimit.RateLimitEndpoint} means what the HTTP API means. A check that
 * is denied is an answer.
 *
 * <p><b>Envoy's.</b> {@link io.tallygate.grpc.ratelimit.EnvoyEndpoint} answers any Envoy, as its reference service would,
 * with the stubs of a published library. It may have a port of its own ({@link io.tallygate.grpc.ratelimit.EnvoyPort}).
 *
 * <p><b>The store's.</b> {@link io.tallygate.grpc.ratelimit.LimitStoreEndpoint} counts for gateways, in which the rules and
 * the decision about an outage are.
 */
@NullMarked
package io.tallygate.grpc.ratelimit;

import org.jspecify.annotations.NullMarked;
