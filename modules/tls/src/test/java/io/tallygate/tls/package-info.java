@NullMarked
package io.tallygate.tls;

import org.jspecify.annotations.NullMarked;
