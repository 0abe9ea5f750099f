/**
 * Marks that rustc, cargo and their linkers leave in a file, and what they prove. Knows nothing of
 * file formats: it is given comments, symbols' names and views of constants.
 *
 * <p>All of these strings can be forged; a signed record beats them.
 */
@NullMarked
package dev.selfsame.binary.rust;

import org.jspecify.annotations.NullMarked;
