/** Tests of what the service is put together from. */
@NullMarked
package io.tallygate.quotaservice;

import org.jspecify.annotations.NullMarked;
