@NullMarked
package io.tallygate.functions.direct;

import org.jspecify.annotations.NullMarked;
