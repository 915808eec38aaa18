/**
 * Who may call: tokens and their scopes, and where a server without tokens may listen. One set of rules for every
 * protocol, so that a token means the same over each.
 */
@NullMarked
package io.tallygate.access;

import org.jspecify.annotations.NullMarked;
