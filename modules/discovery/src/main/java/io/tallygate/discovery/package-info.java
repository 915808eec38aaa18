/**
 * Makes a service known to Consul: registered once it is ready, again whenever the agent has forgotten it, and gone from
 * there before it refuses a call. Where a service must have exactly one instance ({@link io.tallygate.kernel.SoleInstance}),
 * one that sees another is not ready.
 *
 * <p>The client is declared in the style of {@code micronaut-discovery-client} 4.7 and made of its parts: configuration,
 * token filter, entry and check. What of that library is not used, and why:
 *
 * <ul>
 *   <li>Its {@code ConsulClient} registers entries that have no weights, and checks over HTTP or of their own reports only,
 *       not over gRPC. It repeats a call that fails three times after 3 s each, which a stop that has to be short cannot
 *       wait for, and it cannot ask for one service of the agent.
 *   <li>Its registration happens as soon as a server listens, not when it is ready; ends when the server ends, not before
 *       it drains; and is not repeated with an agent that has forgotten the service unless a report fails.
 *   <li>All of its own beans, among them an indicator that would make this process's health Consul's, stay off.
 * </ul>
 */
@NullMarked
package io.tallygate.discovery;

import org.jspecify.annotations.NullMarked;
