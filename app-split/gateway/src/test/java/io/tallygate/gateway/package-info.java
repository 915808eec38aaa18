@org.jspecify.annotations.NullMarked
package io.tallygate.gateway;
