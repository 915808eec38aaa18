/**
 * Whether a process with a store should get traffic, for every protocol that says so.
 *
 * <p>A module of its own, because telemetry brings an HTTP server, which a service without one must not contain.
 */
@NullMarked
package io.tallygate.health;

import org.jspecify.annotations.NullMarked;
