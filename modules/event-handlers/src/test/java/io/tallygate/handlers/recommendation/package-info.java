/** Tests of recommendations by events. */
@NullMarked
package io.tallygate.handlers.recommendation;

import org.jspecify.annotations.NullMarked;
