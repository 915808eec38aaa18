@NullMarked
package io.tallygate.quota;

import org.jspecify.annotations.NullMarked;
