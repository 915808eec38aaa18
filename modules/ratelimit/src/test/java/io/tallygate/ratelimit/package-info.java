/** Tests of rate limits, and the test kit of their stores. */
@NullMarked
package io.tallygate.ratelimit;

import org.jspecify.annotations.NullMarked;
