/** Tests of what the service is put together from. */
@NullMarked
package io.tallygate.ratelimitservice;

import org.jspecify.annotations.NullMarked;
