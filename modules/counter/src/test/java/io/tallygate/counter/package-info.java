@NullMarked
package io.tallygate.counter;

import org.jspecify.annotations.NullMarked;
