/**
 * What keeps a registry sound. {@link dev.selfsame.upkeep.Collector} takes away what nobody needs,
 * also while the server works; {@link dev.selfsame.upkeep.Fsck} reads everything and mends what can
 * be made again.
 *
 * <p>Nothing here decides what is believed. Whatever signed evidence names stays, whether or not
 * its signature holds; and repair deletes nothing.
 */
@NullMarked
package dev.selfsame.upkeep;

import org.jspecify.annotations.NullMarked;
