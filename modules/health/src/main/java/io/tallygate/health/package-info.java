/**
 * Whether a process should get traffic, for every protocol that says so: for its store, and for what it prepares first.
 *
 * <p>A module of its own, because telemetry brings an HTTP server, which a service without one must not contain.
 */
@NullMarked
package io.tallygate.health;

import org.jspecify.annotations.NullMarked;
