/** Counters: what callers use ({@link io.tallygate.counter.Counters}) and what storage provides
 * ({@link io.tallygate.counter.CounterStore}). */
@NullMarked
package io.tallygate.counter;

import org.jspecify.annotations.NullMarked;
