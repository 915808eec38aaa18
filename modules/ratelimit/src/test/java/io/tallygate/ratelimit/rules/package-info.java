@NullMarked
package io.tallygate.ratelimit.rules;

import org.jspecify.annotations.NullMarked;
