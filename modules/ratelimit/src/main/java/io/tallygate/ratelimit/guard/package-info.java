/**
 * How Tallygate's own API is limited: by the rules of one domain, at the edge, before a request is begun. Protocols say who
 * calls and what for, and this asks for it.
 */
@NullMarked
package io.tallygate.ratelimit.guard;

import org.jspecify.annotations.NullMarked;
