/** Levels over HTTP, and what is answered at each of them. */
@NullMarked
package io.tallygate.http.degradation;

import org.jspecify.annotations.NullMarked;
