/**
 * What keeps a registry sound: {@link dev.selfsame.upkeep.Collector} takes away what nobody needs,
 * also while the server works.
 *
 * <p>It works on the ports of {@link dev.selfsame.store}. Nothing here decides what is believed:
 * whatever signed evidence names stays, whether or not its signature holds.
 */
@NullMarked
package dev.selfsame.upkeep;

import org.jspecify.annotations.NullMarked;
