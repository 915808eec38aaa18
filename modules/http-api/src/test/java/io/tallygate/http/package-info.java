/** The HTTP contract, tested over sockets against counters in memory. */
@NullMarked
package io.tallygate.http;

import org.jspecify.annotations.NullMarked;
