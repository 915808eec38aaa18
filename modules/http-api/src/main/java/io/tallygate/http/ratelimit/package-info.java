/**
 * Rate limits over HTTP: asking for them, their rules, and the guard of this API itself.
 *
 * <p>The guard is two filters, one on each side of the check of tokens. While there are no rules for it the framework passes
 * over both.
 */
@NullMarked
package io.tallygate.http.ratelimit;

import org.jspecify.annotations.NullMarked;
