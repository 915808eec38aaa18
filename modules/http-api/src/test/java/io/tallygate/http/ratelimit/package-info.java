/** Tests of rate limits over HTTP, and of the guard of the API. */
@NullMarked
package io.tallygate.http.ratelimit;

import org.jspecify.annotations.NullMarked;
