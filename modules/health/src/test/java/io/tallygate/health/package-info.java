@NullMarked
package io.tallygate.health;

import org.jspecify.annotations.NullMarked;
