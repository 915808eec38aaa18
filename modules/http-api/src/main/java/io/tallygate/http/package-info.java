/**
 * The HTTP contract over the domains' ports: controllers, problems, tokens, the OpenAPI description and its page.
 *
 * <p>Every request is read, checked and answered on the event loop that received it; what a port answers later is
 * written from the thread that completes its stage. Nothing here blocks or keeps a counter's state.
 *
 * <p>What holds for a connection rather than a route is a handler of its own beside the framework's, put there by {@link
 * io.tallygate.http.HttpIntake}. Pipelined requests are handled together when they only read, or when each is a single
 * increment; any other waits for the answers before it. One request at a time would be simpler, but would cost each
 * pipelined increment a commit of its own. A connection beyond the limit is accepted and answered 503: not to accept it
 * would leave clients, and whoever checks this process's health, waiting without a word.
 */
@NullMarked
package io.tallygate.http;

import org.jspecify.annotations.NullMarked;
