@NullMarked
package io.tallygate.storage.redis;

import org.jspecify.annotations.NullMarked;
