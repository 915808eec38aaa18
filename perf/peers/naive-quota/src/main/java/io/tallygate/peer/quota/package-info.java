/** A peer to measure against: quotas as one writes them first. */
@NullMarked
package io.tallygate.peer.quota;

import org.jspecify.annotations.NullMarked;
