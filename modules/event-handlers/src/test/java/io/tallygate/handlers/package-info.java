@NullMarked
package io.tallygate.handlers;

import org.jspecify.annotations.NullMarked;
