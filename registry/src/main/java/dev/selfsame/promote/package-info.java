/**
 * The decision: whether an artifact may enter a channel, and the signed chain of what did.
 *
 * <p>{@link dev.selfsame.promote.Staging} keeps signed builds, dissenting ones too. {@link
 * dev.selfsame.promote.Decision} holds a {@link dev.selfsame.promote.Policy} against them; it is a
 * pure function. {@link dev.selfsame.promote.Promoter} signs what passed and extends the channel.
 * {@link dev.selfsame.promote.ChannelReader} reads a channel back and believes nothing but
 * signatures.
 *
 * <p>A channel's other records: {@link dev.selfsame.promote.Rollback} brings back what it held
 * before, {@link dev.selfsame.promote.Freezing} stops it and lets it go on. {@link
 * dev.selfsame.promote.Succession} is the one rule of what may follow what. {@link
 * dev.selfsame.promote.Deployments} keeps what deployers sign of where it went; nothing is decided
 * by that.
 *
 * <p>Which failure is which: a check that says no is a value (exit 1); evidence whose bytes were
 * altered, whose signature does not hold, or whose signer the trust root does not name in that role
 * is a {@link dev.selfsame.outcome.Failure} with exit 4. Staged evidence that is no longer believed
 * does not count, and does not stand in the way of other evidence that does.
 *
 * <p>What a channel cannot show by itself: whoever can write to the registry can take away its
 * newest promotions, and the channel then ends earlier, whole and validly signed. It is noticed
 * where a promotion that was taken away is still named elsewhere (by the index of its artifact, or
 * by the catalogue), and an end to promotions' lifetime bounds it; a proof needs a log that others
 * witness. Whoever verified a promotion once remembers it ({@link dev.selfsame.store.Seen}), and
 * finds out.
 */
@NullMarked
package dev.selfsame.promote;

import org.jspecify.annotations.NullMarked;
