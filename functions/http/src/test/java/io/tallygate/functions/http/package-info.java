@NullMarked
package io.tallygate.functions.http;

import org.jspecify.annotations.NullMarked;
