/** Tests of recommendations over HTTP. */
@NullMarked
package io.tallygate.http.recommendation;

import org.jspecify.annotations.NullMarked;
