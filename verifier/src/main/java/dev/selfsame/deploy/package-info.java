/**
 * From a promoted digest to something healthy that runs, and back.
 *
 * <pre>{@code
 * Release release = new Gate(evidence, now).open(name, channel);
 * Deployer deployer = new Deployer(target, journal, Landmarks.UNWATCHED, progress, clock);
 * deployer.recover(settings.secretsMark());
 * Outcome outcome = deployer.deploy(deployment, target.plan(release), release);
 * }</pre>
 *
 * <p>{@link dev.selfsame.deploy.Gate} proves what a channel holds. A {@link
 * dev.selfsame.deploy.Target} says what stands there now and which {@link
 * dev.selfsame.deploy.Step}s lead from it to the release; {@link dev.selfsame.deploy.Deployer}
 * carries them out, each noted in the {@link dev.selfsame.deploy.Journal} before it begins. Up to
 * the step {@link dev.selfsame.deploy.Step.Retire} whatever goes wrong leads back to the old one;
 * from there on only forward. Who was killed is followed by a run that reads the journal and does
 * one of the two. How it ended stays as one of the {@link dev.selfsame.deploy.PendingRecords} until
 * a signed record of it is kept.
 *
 * <p>What is {@link dev.selfsame.deploy.Declared} stays with what was deployed, and its SHA-256 is
 * in the record: so {@code status} can tell later what should be there. Secrets, and whatever has
 * them in it, are known again by a {@link dev.selfsame.deploy.Mark} alone, which takes a {@link
 * dev.selfsame.deploy.SettingsKey} that never leaves the target's own folder.
 *
 * <p>This package knows no engine and no library. Adapters are {@code deploy.docker} and its
 * neighbours.
 */
@NullMarked
package dev.selfsame.deploy;

import org.jspecify.annotations.NullMarked;
