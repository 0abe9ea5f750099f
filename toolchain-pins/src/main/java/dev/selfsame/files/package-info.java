/**
 * Files that are either whole or absent: written beside their place, flushed to the disk, then
 * renamed into it, so that a crash, a full disk or a second process never leaves half of one. And
 * what files look like from outside, by which it is seen whether somebody has changed them. Also
 * what gzip has packed. Imports the JDK alone.
 */
@NullMarked
package dev.selfsame.files;

import org.jspecify.annotations.NullMarked;
