/**
 * The example agent, end to end: the promoted binary against a real PostgreSQL and a real Redis,
 * and the agent's own Cargo tests.
 *
 * <p>{@link dev.selfsame.agent.PromotedAgent} gives the binary; {@link
 * dev.selfsame.agent.AgentProcess}, {@link dev.selfsame.agent.PostgresServer} and {@link
 * dev.selfsame.agent.RedisServer} are what runs.
 */
package dev.selfsame.agent;
