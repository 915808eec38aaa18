/** Tests of what the service is put together from. */
@NullMarked
package io.tallygate.eventservice;

import org.jspecify.annotations.NullMarked;
