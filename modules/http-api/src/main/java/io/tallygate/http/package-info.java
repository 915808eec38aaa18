/**
 * The HTTP contract over the domains' ports: controllers, problems, tokens, the OpenAPI description and its page.
 *
 * <p>Every request is read, checked and answered on the event loop that received it; what a port answers later is
 * written from the thread that completes its stage. Nothing here blocks or keeps a counter's state.
 */
@NullMarked
package io.tallygate.http;

import org.jspecify.annotations.NullMarked;
