/** Counters over HTTP, tested over sockets against counters in memory. */
@NullMarked
package io.tallygate.http.counter;

import org.jspecify.annotations.NullMarked;
