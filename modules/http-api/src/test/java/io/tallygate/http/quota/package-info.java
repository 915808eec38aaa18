/** Tests of quotas over HTTP. */
@NullMarked
package io.tallygate.http.quota;

import org.jspecify.annotations.NullMarked;
