/**
 * Recommendations by events: {@link io.tallygate.handlers.recommendation.InteractionBuffer} makes events of what users do, and
 * {@link io.tallygate.handlers.recommendation.InteractionEvents} has them folded.
 */
@NullMarked
package io.tallygate.handlers.recommendation;

import org.jspecify.annotations.NullMarked;
