/**
 * Makes a service known to Consul: registered once it is ready, again whenever the agent has forgotten it, and gone from
 * there before it refuses a call.
 */
@NullMarked
package io.tallygate.discovery;

import org.jspecify.annotations.NullMarked;
