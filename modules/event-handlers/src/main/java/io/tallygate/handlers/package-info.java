/**
 * What events do to the domains, a package for each: a door like those of HTTP and gRPC. An {@link
 * io.tallygate.event.EventHandler} reads an event's data ({@link io.tallygate.handlers.EventMembers}) and makes a request of
 * it, which carries the event's key, so that the effect and the key are one posting of the ledger.
 */
@NullMarked
package io.tallygate.handlers;

import org.jspecify.annotations.NullMarked;
