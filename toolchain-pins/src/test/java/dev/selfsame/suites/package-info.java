/**
 * Which test suites this machine can run. A suite that needs an engine or a server carries {@link
 * dev.selfsame.suites.Needs}; where that is absent the suite is left out and named at the end of
 * the build, and with {@code SELFSAME_TEST_REQUIRE=all} its absence is a failure.
 */
package dev.selfsame.suites;
