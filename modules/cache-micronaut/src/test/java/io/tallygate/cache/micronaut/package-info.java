@NullMarked
package io.tallygate.cache.micronaut;

import org.jspecify.annotations.NullMarked;
