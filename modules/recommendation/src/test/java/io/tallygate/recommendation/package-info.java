/** Tests of recommendations. */
@NullMarked
package io.tallygate.recommendation;

import org.jspecify.annotations.NullMarked;
