/**
 * How well each feature of this process can be served now, and what is answered when it cannot be served as it should.
 *
 * <p>A {@link io.tallygate.degradation.Feature} says what it needs. Probes of those needs and the outcomes of its own calls
 * make its {@link io.tallygate.degradation.Level}, and {@link io.tallygate.degradation.Degradation} calls the handler of that
 * level. Knows no other domain: whoever offers a feature declares it as a bean.
 */
@NullMarked
package io.tallygate.degradation;

import org.jspecify.annotations.NullMarked;
