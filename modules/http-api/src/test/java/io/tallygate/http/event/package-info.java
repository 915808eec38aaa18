/** Tests of events over HTTP. */
@NullMarked
package io.tallygate.http.event;

import org.jspecify.annotations.NullMarked;
