/** Tests of the guard of Tallygate's own API. */
@NullMarked
package io.tallygate.ratelimit.guard;

import org.jspecify.annotations.NullMarked;
