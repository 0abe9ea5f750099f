/**
 * Who may do what at the registry server: users (htpasswd), API tokens, short-lived bearer tokens,
 * and the rules that say which of them may pull, push, delete, promote or administer where. Nothing
 * is allowed that no rule allows. Knows no HTTP but the text of the Authorization header.
 *
 * <p>Sources: RFC 7617 (Basic), RFC 6750 (Bearer), the Distribution project's "Token Authentication
 * Specification".
 */
@NullMarked
package dev.selfsame.access;

import org.jspecify.annotations.NullMarked;
