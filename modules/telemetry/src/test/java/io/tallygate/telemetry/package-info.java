@NullMarked
package io.tallygate.telemetry;

import org.jspecify.annotations.NullMarked;
