/**
 * The gate: what a deployment asks of a binary beyond that it is promoted.
 *
 * <p>{@link dev.selfsame.audit.gate.GatePolicy} asks, {@link dev.selfsame.audit.gate.Judgement}
 * holds one binary's audit against it, and {@link dev.selfsame.audit.gate.Judgements} is the answer
 * for all. Pure functions of what {@code audit} found: nothing is read, nothing is verified here.
 *
 * <p>A policy can only take a yes away. {@code promote} decides what comes into a channel; the gate
 * is the deploying side's own word on it.
 */
@NullMarked
package dev.selfsame.audit.gate;

import org.jspecify.annotations.NullMarked;
