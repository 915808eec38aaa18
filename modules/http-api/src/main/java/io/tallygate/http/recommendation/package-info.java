/** Recommendations over HTTP, as well as they can be made now. */
@NullMarked
package io.tallygate.http.recommendation;

import org.jspecify.annotations.NullMarked;
