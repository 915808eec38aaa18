/** Counters and leaderboards over HTTP: the domain's controllers, what they read and what they answer. */
@NullMarked
package io.tallygate.http.counter;

import org.jspecify.annotations.NullMarked;
